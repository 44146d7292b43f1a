// SIGINT and SIGTERM as something a wait can be woken by. SIGPIPE is ignored: writing to a closed pipe is an error.
#pragma once

#include "transports/transport.hpp"

namespace tocsin::cli {

/// While one lives, the first signal asks to stop; a second one ends the process at once.
class StopSignal {
 public:
  explicit StopSignal(transports::Sockets& sockets);
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Readable once a signal came.
  int descriptor() const;
  bool stopped() const;
};

}  // namespace tocsin::cli
