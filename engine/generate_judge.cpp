#include "engine/generate_judge.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/engine.hpp"
#include "events/decode.hpp"

namespace tocsin::engine {

namespace {

struct StoppedClock final : Clock {
  events::Time now() override { return rules::kTestStart; }
  events::Duration monotonic() override { return {0}; }
};

constexpr std::size_t kMostOutputs = 500'000;
struct TooMany {};

struct Collected final : OutputSink {
  void take(const events::Message& message) override {
    if (messages.size() == kMostOutputs) throw TooMany{};
    messages.push_back(message);
  }
  std::vector<events::Message> messages;
};

struct Refused final : events::DeadLetterSink {
  void take(const events::DeadLetter& letter) override {
    if (first.empty())
      first = fmt::format("line {}: {} {}", letter.position.line, name_of(letter.reason), letter.detail);
  }
  std::string first;
};

}  // namespace

Judged run_text(const std::shared_ptr<const rules::RuleSet>& set, const std::string& text) {
  constexpr std::uint32_t kBatch = 64;
  StoppedClock clock;
  Collected outputs;
  Refused refused;
  events::SymbolTable symbols;
  Engine engine(set, {.partitions = 1}, symbols, outputs, refused, clock);
  const InputId input = engine.add_input({.name = "generated"});
  events::Decoder decoder(engine.schema(), symbols, "generated", {}, refused);
  decoder.begin({1, 0});
  bool too_many = false;
  try {
    for (std::size_t at = 0; at < text.size();) {
      auto loaded = engine.take_batch();
      const std::string_view bytes = loaded->batch.arena.store(std::string_view(text).substr(at));
      const std::size_t used = decoder.decode(bytes, true, std::nullopt, kBatch, loaded->batch);
      at += used;
      engine.push(input, std::move(loaded));
      if (used == 0) break;
    }
    engine.end(input);
    engine.finish(true);
  } catch (const TooMany&) {
    too_many = true;
  }
  return {std::move(outputs.messages), std::move(refused.first), too_many};
}

bool fired(const Judged& judged, const Scenario& scenario) {
  return std::any_of(judged.outputs.begin(), judged.outputs.end(), [&](const events::Message& message) {
    return message.rule == scenario.rule && message.state != events::AlertState::resolved && message.repeat == 0 &&
           message.time >= scenario.events.front().time && message.time <= scenario.until;
  });
}

}  // namespace tocsin::engine
