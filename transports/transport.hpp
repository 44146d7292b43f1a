// Where bytes come from and go to. Knows nothing of rules or the engine; cli/ joins them.
//
//   open_source("zmq+pull://127.0.0.1:5555", sockets) → Source → frames in a batch's arena → events::Decoder (in cli/)
//   open_sink("-", sockets)                            → Sink   ← lines of CloudEvents JSON
//
// URIs: `-` stdin/stdout; a path or `file://path` (`.gz` and `.zst` are (de)compressed); `zmq+sub://host:port?topic=a`
// `zmq+pull://…` for sources, `zmq+pub://…?topic=alerts` `zmq+push://…` for sinks; also `zmq+sub+ipc:///path`. Pull and
// pub bind, sub and push connect; `bind=` or `connect=` true|false turns that around. Further `hwm=` messages, and
// `insecure=true` for a tcp port that other machines can reach.
// One thread uses a source or a sink. Errors of the environment: Result at opening, TransportError while running.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "events/batch.hpp"

namespace tocsin::transports {

/// What the environment did, for a person: "cannot read `x.gz`: unexpected end of compressed data".
struct TransportError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Stdout is a pipe that nobody reads any more, which is no fault: `tocsin run … | head`.
struct ReaderGone : TransportError {
  using TransportError::TransportError;
};

/// What all ZeroMQ sockets of a process share: the libzmq context and the wish to stop. Made once at the edge, outlives
/// every source and sink opened with it; its end waits up to 5 s for messages that closed sinks still hold.
class Sockets {
 public:
  Sockets();
  ~Sockets();
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;

  /// A push that waits for its peer gives up 5 s from now and counts what it could not send as dropped. May be called
  /// from a signal handler and from any thread. It doesn't wake wait(): that is what `wake` there is for.
  void stop() noexcept;
  bool stopped() const noexcept;

  struct State;
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

/// What a person should see of a socket at start.
struct SocketNote {
  std::string endpoint;  ///< as libzmq has it, with the port that `*` became: `tcp://127.0.0.1:40123`
  std::string settings;  ///< one line: side, limits, heartbeats
  std::string warning;   ///< one line on what is risky (plain tcp that other machines can reach); empty: nothing
};

/// Bytes of one read. A stream (file, stdin) gives consecutive pieces of one endless frame; a socket gives one message
/// each.
struct Frame {
  std::string_view
      bytes;          ///< in the arena that was given to read(), followed by events::Arena::kPadding readable bytes
  bool last = false;  ///< the frame ends here: true for each message, and for the last piece of a stream
  events::Position position;  ///< stream: offset of `bytes` without the carry, line 1 at the start, else 0; message:
                              ///< line is its number from 1; parts of one message share it
};

enum class ReadStatus : std::uint8_t {
  data,  ///< frames were added
  idle,  ///< nothing to read now, the carry was not taken; wait() tells when
  end,   ///< nothing will come any more, no frame was added (the read before gave the one with `last`)
};

class Source {
 public:
  virtual ~Source() = default;

  /// Reads what is there now without waiting (regular files: up to about 256 KiB; sockets: until empty, at most 1024
  /// messages or about 1 MiB). `carry` is what the decoder left of the piece before: a stream puts it in front of the
  /// new bytes; sockets never have one. A stream that breaks (damaged .gz, read error) first gives what was good as its
  /// last piece; the read after that throws TransportError. The last piece may be empty.
  virtual ReadStatus read(events::Arena& arena, std::string_view carry, std::vector<Frame>& frames) = 0;

  /// As the user named it; without `file://`; `stdin` for `-`.
  virtual const std::string& name() const = 0;
  /// Sockets: true; events without a time get the arrival time, and silence moves the watermark.
  virtual bool live() const = 0;
  /// Sockets: peers connected now. Files: 1.
  virtual std::size_t peers() = 0;
  /// Regular files: bytes in all (as stored, compressed or not); none where it isn't known.
  virtual std::optional<std::uint64_t> size() const = 0;
  /// Bytes read so far, in the measure of size().
  virtual std::uint64_t consumed() const = 0;

  /// Sockets only.
  virtual const SocketNote* socket_note() const { return nullptr; }

  /// For wait(): a libzmq socket, or a file descriptor (-1: always ready, as a regular file is).
  virtual void* zmq_socket() { return nullptr; }
  virtual int descriptor() { return -1; }
};

class Sink {
 public:
  virtual ~Sink() = default;
  /// One output: a line of JSON ending in a newline. Sockets send it as one message without the newline. Streams may
  /// buffer until flush(). push waits while no peer is there or its queue is full, until Sockets::stop(). pub never
  /// waits: a message goes to all subscribers, or to none and is counted when the queue of one of them is full.
  virtual void write(std::string_view line) = 0;
  virtual void flush() = 0;
  /// Ends the stream properly: compressed files are finished, sockets linger up to 5 s (in the end of Sockets); what a
  /// peer hasn't taken by then is lost and not counted. Called once; then nothing else.
  virtual void close() = 0;
  /// As the user named it, without `file://`; `stdout` for `-`.
  virtual const std::string& name() const = 0;
  /// Messages that were written but given up.
  virtual std::uint64_t dropped() const { return 0; }
  /// Sockets only.
  virtual const SocketNote* socket_note() const { return nullptr; }
};

/// The error is one line for a person, with what to try.
tl::expected<std::unique_ptr<Source>, std::string> open_source(const std::string& uri, Sockets& sockets);
tl::expected<std::unique_ptr<Sink>, std::string> open_sink(const std::string& uri, Sockets& sockets);

/// Waits until one of `sources` can be read, `wake` (a descriptor, -1: none) is readable, or `timeout_ms` (-1: for
/// ever) is over. Ready sources' indices; none too when a signal came. Uses no CPU while waiting.
std::vector<std::size_t> wait(const std::vector<Source*>& sources, int wake, long timeout_ms);

}  // namespace tocsin::transports
