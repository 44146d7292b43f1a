// SIGINT and SIGTERM as something a wait can be woken by, and SIGPIPE as an error of the writing.
#pragma once

#include "transports/transport.hpp"

namespace tocsin::cli {

/// From now on writing to a pipe that nobody reads is an error and no signal.
void ignore_broken_pipes();

/// While one lives, the first signal asks to stop; a second one ends the process at once.
class StopSignal {
 public:
  StopSignal();
  /// The sockets are told too.
  explicit StopSignal(transports::Sockets& sockets);
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Readable once a signal came.
  int descriptor() const;
  bool stopped() const;
};

}  // namespace tocsin::cli
