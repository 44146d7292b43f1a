// `tocsin run`: events in, outputs out, until the inputs end or a signal comes.
//
// One thread: wait → read a batch → push → flush. Regular files are always ready; of several the one whose watermark is
// lowest is read next. Nothing polls: waiting lasts until something arrives or silence has to move the watermark.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cli/clock.hpp"
#include "cli/commands.hpp"
#include "cli/dead_letter_file.hpp"
#include "cli/decoding_input.hpp"
#include "cli/exit_code.hpp"
#include "cli/load_rules.hpp"
#include "cli/progress.hpp"
#include "cli/stats_table.hpp"
#include "cli/stop_signal.hpp"
#include "cli/talk.hpp"
#include "engine/engine.hpp"
#include "events/message.hpp"
#include "transports/uri.hpp"

namespace tocsin::cli {

namespace {

using transports::TransportError;

/// Outputs as lines of JSON into every sink.
class Outputs final : public engine::OutputSink {
 public:
  void add(std::unique_ptr<transports::Sink> sink) { sinks_.push_back(std::move(sink)); }
  void take(const events::Message& message) override {
    if (message.kind == events::Message::Kind::alert) ++alerts_;
    line_.clear();
    events::append_json(line_, message);
    for (const auto& sink : sinks_) sink->write(line_);
  }
  void flush() {
    for (const auto& sink : sinks_) sink->flush();
  }
  void close() {
    for (const auto& sink : sinks_) sink->close();
  }
  std::uint64_t alerts() const { return alerts_; }
  const std::vector<std::unique_ptr<transports::Sink>>& sinks() const { return sinks_; }

 private:
  std::vector<std::unique_ptr<transports::Sink>> sinks_;
  std::string line_;
  std::uint64_t alerts_ = 0;
};

class Run {
 public:
  Run(const RunOptions& options, LoadedRules loaded)
      : options_(options), rules_(std::make_shared<const rules::RuleSet>(std::move(loaded.set))), stop_(sockets_) {}

  int operator()() {
    try {
      if (const int failed = open(); failed != kOk) return failed;
      loop();
      take_what_has_come();
      engine_->finish(options_.drain && !stop_.stopped());
      outputs_.flush();
      outputs_.close();
    } catch (const transports::ReaderGone&) {
      failed_ = true;  // `tocsin run … | head` has what it wanted; the exit code tells whoever asks
    } catch (const TransportError& error) {
      if (progress_) progress_->clear();
      say("error: {}\n", error.what());
      failed_ = true;
    }
    report();
    return failed_ ? kInputOutput : kOk;
  }

 private:
  static constexpr events::Duration kFarewell{2 * events::kSecond.ns};

  /// Inputs first: an output file that is there is emptied only when there is something to read.
  int open() {
    struct Opened {
      std::unique_ptr<transports::Source> source;
      events::Format format;
    };
    std::vector<Opened> opened;
    for (const std::string& uri : options_.in) {
      auto format = transports::parse_format(uri);
      if (!format) return refuse(format.error());
      auto source = transports::open_source(uri, sockets_);
      if (!source) return refuse(source.error());
      opened.push_back({std::move(*source), std::move(*format)});
    }
    auto dead_letters = DeadLetterFile::open(options_.dead_letters);
    if (!dead_letters) return refuse(dead_letters.error());
    dead_letters_ = std::move(*dead_letters);
    for (const std::string& uri : options_.out) {
      auto sink = transports::open_sink(uri, sockets_);
      if (!sink) return refuse(sink.error());
      outputs_.add(std::move(*sink));
    }
    engine_ = std::make_unique<engine::Engine>(rules_, engine::Options{.partitions = options_.partitions}, symbols_,
                                               outputs_, *dead_letters_, clock_);
    bool files_only = true;
    for (Opened& each : opened) {
      engine::InputOptions input;
      input.name = each.source->name();
      input.live = each.source->live();
      input.lateness = options_.lateness;
      files_only &= each.source->size().has_value();
      const engine::InputId id = engine_->add_input(input);
      inputs_.push_back(std::make_unique<DecodingInput>(std::move(each.source), engine_->schema(), symbols_,
                                                        *dead_letters_, id, std::move(each.format)));
    }
    tell_sockets();
    if (isatty(STDIN_FILENO) == 1 && std::find(options_.in.begin(), options_.in.end(), "-") != options_.in.end())
      say("reading events from the terminal, a line each; Ctrl-D ends them\n");
    progress_ = std::make_unique<Progress>(files_only && isatty(STDERR_FILENO) == 1);
    return kOk;
  }

  static int refuse(const std::string& error) {
    say("error: {}\n", error);
    return kInputOutput;
  }

  static void tell(const char* direction, const std::string& name, const transports::SocketNote* note) {
    if (note == nullptr) return;
    say("{} {}: {} ({})\n", direction, name, note->endpoint, note->settings);
    if (!note->warning.empty()) say("warning: {}\n", note->warning);
  }
  void tell_sockets() const {
    for (const auto& input : inputs_) tell("in ", input->source().name(), input->source().socket_note());
    for (const auto& sink : outputs_.sinks()) tell("out", sink->name(), sink->socket_note());
  }

  void loop() {
    while (!stop_.stopped()) {
      std::vector<DecodingInput*> open;
      for (const auto& input : inputs_)
        if (!input->ended()) open.push_back(input.get());
      if (open.empty()) return;
      const std::vector<DecodingInput*> ready = wait(open);
      for (DecodingInput* input : open)
        if (input->source().live()) engine_->peers(input->id(), input->source().peers());
      if (ready.empty()) {
        engine_->tick();
        flush();
      }
      for (DecodingInput* input : ready) read(*input);
    }
  }

  /// Inputs to read now: all sockets and pipes that are ready, and of the files the one that is furthest behind.
  std::vector<DecodingInput*> wait(const std::vector<DecodingInput*>& open) {
    std::vector<DecodingInput*> ready;
    DecodingInput* file = nullptr;
    const auto consider = [&](DecodingInput* input) {
      if (!input->source().size().has_value()) return ready.push_back(input);
      if (file == nullptr || engine_->watermark(input->id()) < engine_->watermark(file->id())) file = input;
    };
    const bool pending =
        std::any_of(open.begin(), open.end(), [](const DecodingInput* input) { return input->has_pending(); });
    std::vector<transports::Source*> sources;
    for (DecodingInput* input : open) sources.push_back(&input->source());
    const auto next = engine_->next_tick();
    const long timeout = pending ? 0 : next ? static_cast<long>((next->ns + 999'999) / 1'000'000) : -1;
    const std::vector<std::size_t> woken = transports::wait(sources, stop_.descriptor(), timeout);
    for (std::size_t i = 0; i < open.size(); ++i)
      if (open[i]->has_pending() || std::find(woken.begin(), woken.end(), i) != woken.end()) consider(open[i]);
    if (file != nullptr) ready.push_back(file);
    return ready;
  }

  /// After a signal: what was read is decoded, and what sockets have received is read. A peer that goes on sending gets
  /// no more than kFarewell.
  void take_what_has_come() {
    const std::int64_t until = clock_.monotonic().ns + kFarewell.ns;
    for (const auto& input : inputs_) {
      const auto more = [&] {
        return input->has_pending() || (input->source().live() && clock_.monotonic().ns < until);
      };
      while (stop_.stopped() && !input->ended() && more() && read(*input)) {
      }
    }
  }

  void flush() {
    std::string error;
    if (!dead_letters_->flush(error)) throw TransportError(error);
    outputs_.flush();
  }

  /// False: there was nothing to read.
  bool read(DecodingInput& input) {
    auto loaded = engine_->take_batch();
    std::optional<events::Time> arrival;
    if (input.source().live()) arrival = last_arrival_ = std::max(last_arrival_, clock_.now());
    const auto status = input.read(loaded->batch, arrival);
    if (status == DecodingInput::Status::idle) return false;
    if (status == DecodingInput::Status::end) {
      engine_->end(input.id());
    } else {
      engine_->push(input.id(), std::move(loaded));
    }
    // A file is read on at once; what came by a socket or pipe goes out before anything is waited for.
    if (!input.source().size().has_value()) flush();
    if (progress_) show_progress();
    return true;
  }

  void show_progress() {
    std::uint64_t read = 0;
    std::uint64_t size = 0;
    std::uint64_t events = 0;
    for (const auto& input : inputs_) {
      read += input->source().consumed();
      size += input->source().size().value_or(0);
      events += input->counts().events;
    }
    const auto share = size > 0 ? std::optional(static_cast<double>(read) / static_cast<double>(size)) : std::nullopt;
    progress_->update(events, share, outputs_.alerts());
  }

  void report() {
    if (progress_) progress_->clear();
    std::string error;
    if (dead_letters_ && !dead_letters_->flush(error)) {
      say("error: {}\n", error);
      failed_ = true;
    }
    if (engine_ == nullptr) return;
    if (dead_letters_) say("{}", dead_letters_->summary());
    std::map<std::string, std::uint64_t> unknown;
    std::uint64_t ignored = 0;
    for (const auto& input : inputs_) {
      ignored += input->counts().ignored;
      for (const auto& [type, count] : input->counts().unknown_types) unknown[type] += count;
    }
    report_ignored(ignored, unknown);
    for (const auto& sink : outputs_.sinks())
      if (sink->dropped() > 0) say("{}: {} dropped\n", sink->name(), counted(sink->dropped(), "output"));
    if (!options_.stats) return;
    RunFigures figures;
    figures.seconds = progress_ ? progress_->seconds() : 0;
    figures.dead_letters = dead_letters_->total();
    figures.ignored = ignored;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    figures.cpu_seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                          static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    figures.peak_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
    say("{}", stats_table(engine_->stats(), figures));
  }

  static void report_ignored(std::uint64_t ignored, const std::map<std::string, std::uint64_t>& unknown) {
    if (ignored == 0) return;
    std::vector<std::pair<std::string, std::uint64_t>> types(unknown.begin(), unknown.end());
    std::stable_sort(types.begin(), types.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    constexpr std::size_t kShown = 5;
    std::string list;
    for (std::size_t i = 0; i < std::min(types.size(), kShown); ++i)
      list += fmt::format("{}{} {}", i == 0 ? "" : ", ", types[i].first, types[i].second);
    if (types.size() > kShown) list += fmt::format(", and {} more types", types.size() - kShown);
    say("ignored: {} of types that no rule file declares ({})\n", counted(ignored, "event"), list);
  }

  const RunOptions& options_;
  std::shared_ptr<const rules::RuleSet> rules_;
  transports::Sockets sockets_;
  StopSignal stop_;
  SystemClock clock_;
  events::SymbolTable symbols_;
  std::unique_ptr<DeadLetterFile> dead_letters_;
  Outputs outputs_;
  std::unique_ptr<engine::Engine> engine_;
  std::vector<std::unique_ptr<DecodingInput>> inputs_;
  std::unique_ptr<Progress> progress_;
  events::Time last_arrival_ = events::kEarliest;
  bool failed_ = false;
};

}  // namespace

int run(const RunOptions& options, bool color) {
  ignore_broken_pipes();
  auto loaded = load_rules(options.rules, color);
  if (!loaded) return loaded.error();
  return Run(options, std::move(*loaded))();
}

}  // namespace tocsin::cli
