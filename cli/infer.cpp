// `tocsin infer`: a sample of events → the declarations that read it, to stdout.
#include <limits>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/decoding_input.hpp"
#include "cli/exit_code.hpp"
#include "cli/stop_signal.hpp"
#include "cli/talk.hpp"
#include "events/infer.hpp"
#include "transports/uri.hpp"

namespace tocsin::cli {

namespace {

/// How much of the sample is no event, and the first of it.
class Bad final : public events::DeadLetterSink {
 public:
  void take(const events::DeadLetter& letter) override {
    if (count_++ == 0) first_ = fmt::format("line {}: {}", letter.position.line, letter.detail);
  }
  std::string comment() const {
    return count_ == 0 ? "" : fmt::format("// {} could not be read as an event; the first: {}\n", count_, first_);
  }

 private:
  std::uint64_t count_ = 0;
  std::string first_;
};

/// A word of a shell's command line.
std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

class Sampling {
 public:
  Sampling(std::unique_ptr<transports::Source> source, const events::Format& format)
      : inference_(format), input_(std::move(source), none_, symbols_, bad_, engine::InputId{}, format) {}

  /// Throws TransportError.
  void read(std::uint64_t most, const StopSignal& stop) {
    while (taken_ < most && !stop.stopped()) {
      events::Batch batch(none_);
      const DecodingInput::Status status = input_.read(batch, std::nullopt);
      if (status == DecodingInput::Status::end) return;
      if (status == DecodingInput::Status::idle) transports::wait({&input_.source()}, stop.descriptor(), -1);
      rows_ += batch.size();
      taken_ += inference_.add(batch, input_.header(), most - taken_);
      if (symbols_.wants_sweep()) symbols_.sweep({});
    }
  }

  std::uint64_t taken() const { return taken_; }
  std::string declarations() const { return events::declarations_of(inference_.found()); }
  /// What isn't in the declarations.
  std::string notes() const {
    std::string notes = bad_.comment();
    if (const std::uint64_t timeless = input_.counts().ignored - rows_; timeless > 0)
      notes += fmt::format("// {} have no time, or none that can be read, and are dead letters in a run\n", timeless);
    if (inference_.beyond_types() > 0)
      notes += fmt::format("// {} are of further types: there are too many to declare\n", inference_.beyond_types());
    return notes;
  }

 private:
  const events::Schema none_;
  events::SymbolTable symbols_;
  Bad bad_;
  events::Inference inference_;
  DecodingInput input_;
  std::uint64_t rows_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace

int infer(const InferOptions& options) {
  const auto format = transports::parse_format(options.file);
  if (!format) return say("error: {}\n", format.error()), kUsage;
  transports::Sockets sockets;
  const StopSignal stop(sockets);
  auto source = transports::open_source(options.file, sockets);
  if (!source) return say("error: {}\n", source.error()), kInputOutput;
  Sampling sampling(std::move(*source), *format);
  try {
    sampling.read(options.events == 0 ? std::numeric_limits<std::uint64_t>::max() : options.events, stop);
  } catch (const transports::TransportError& error) {
    say("error: {}\n", error.what());
    return kInputOutput;
  }
  if (sampling.taken() == 0) {
    say("error: there is no event in `{}`\n{}", options.file, sampling.notes());
    return kFindings;
  }
  put("// From {} event{} of {}\n", sampling.taken(), sampling.taken() == 1 ? "" : "s", options.file);
  if (!std::holds_alternative<events::CloudEvents>(*format))
    put("// tocsin run RULES --in {}\n", shell_word(options.file));
  put("{}\n{}", sampling.notes(), sampling.declarations());
  return kOk;
}

}  // namespace tocsin::cli
