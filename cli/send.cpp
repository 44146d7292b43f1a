// `tocsin send`: lines of events into a ZeroMQ socket, one or several in a message.
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/stop_signal.hpp"
#include "cli/talk.hpp"
#include "transports/uri.hpp"

namespace tocsin::cli {

namespace {

/// Gathers lines into messages.
class Messages {
 public:
  Messages(transports::Sink& sink, std::uint32_t batch) : sink_(sink), batch_(batch) {}
  void line(std::string_view text) {
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) return;
    message_.append(text);
    message_ += '\n';
    ++events_;
    if (++lines_ == batch_) flush();
  }
  void flush() {
    if (lines_ > 0) {
      sink_.write(message_);
      ++messages_;
    }
    message_.clear();
    lines_ = 0;
  }
  std::uint64_t events() const { return events_; }
  std::uint64_t messages() const { return messages_; }

 private:
  transports::Sink& sink_;
  std::uint32_t batch_;
  std::uint32_t lines_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t messages_ = 0;
  std::string message_;
};

void send_lines(transports::Source& source, const StopSignal& stop, Messages& messages) {
  std::string carry;
  while (!stop.stopped()) {
    events::Arena arena;
    std::vector<transports::Frame> frames;
    const auto status = source.read(arena, carry, frames);
    if (status == transports::ReadStatus::end) return;
    if (status == transports::ReadStatus::idle) {
      messages.flush();  // what a pipe gave so far isn't held back
      transports::wait({&source}, stop.descriptor(), -1);
      continue;
    }
    carry.clear();
    for (const transports::Frame& frame : frames) {
      std::string_view rest = frame.bytes;
      for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        messages.line(rest.substr(0, end));
        rest.remove_prefix(end + 1);
      }
      if (frame.last)
        messages.line(rest);
      else
        carry.assign(rest);
    }
  }
}

}  // namespace

int send(const SendOptions& options) {
  ignore_broken_pipes();
  const auto format = transports::parse_format(options.file);
  if (!format) return say("error: {}\n", format.error()), kUsage;
  if (!std::holds_alternative<events::CloudEvents>(*format))
    return say("error: lines are sent as they stand: the format belongs where they are read, behind `run --in`\n"),
           kUsage;
  transports::Sockets sockets;
  const StopSignal stop(sockets);
  auto source = transports::open_source(options.file, sockets);
  if (!source) return say("error: {}\n", source.error()), kInputOutput;
  auto sink = transports::open_sink(options.uri, sockets);
  if (!sink) return say("error: {}\n", sink.error()), kInputOutput;
  say("sending to {} ({})\n", (*sink)->socket_note()->endpoint,
      options.uri.starts_with("zmq+push") ? "waits while nobody reads there"
                                          : "whoever has not subscribed when a message goes out doesn't get it");
  Messages messages(**sink, options.batch);
  try {
    send_lines(**source, stop, messages);
    messages.flush();
    (*sink)->flush();
    (*sink)->close();
  } catch (const transports::TransportError& error) {
    say("error: {}\n", error.what());
    return kInputOutput;
  }
  if ((*sink)->dropped() > 0) {
    say("error: {} of {} could not be sent: nobody took them at {}\n", (*sink)->dropped(),
        counted(messages.messages(), "message"), (*sink)->socket_note()->endpoint);
    return kInputOutput;
  }
  say("sent {}\n", counted(messages.events(), "event"));
  return kOk;
}

}  // namespace tocsin::cli
