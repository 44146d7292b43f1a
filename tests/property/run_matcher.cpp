// Feeding, and reading a match back from the chain of events that its run took.
#include "tests/property/run_matcher.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace tocsin::property {
namespace {

std::size_t number_of(std::string_view id) {
  std::size_t number = 0;
  std::from_chars(id.data(), id.data() + id.size(), number);
  return number;
}

class Collector : public matcher::MatchSink {
 public:
  explicit Collector(std::size_t steps) : steps_(steps) {}

  void take(const matcher::Match& match) override {
    oracle::Match found;
    found.steps.resize(steps_);
    found.completion = static_cast<std::size_t>(match.completion_order);
    found.start = static_cast<std::size_t>(match.run.start_order);
    for (auto id = match.run.cause; id != matcher::kNoCause; id = match.pool.cause(id).previous) {
      const matcher::CauseNode& node = match.pool.cause(id);
      found.steps[node.step].push_back(number_of(node.id()));
    }
    for (auto& turns : found.steps) std::reverse(turns.begin(), turns.end());
    matches.push_back(std::move(found));
  }

  std::vector<oracle::Match> matches;

 private:
  std::size_t steps_;
};

}  // namespace

Feed feed_of(const events::Schema& schema, events::SymbolTable& symbols, const std::vector<oracle::Event>& stream,
             std::span<const std::size_t> cuts) {
  Feed feed;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    if (i == 0 || std::find(cuts.begin(), cuts.end(), i) != cuts.end()) feed.batches.emplace_back(schema);
    events::append_event(feed.batches.back(), schema, symbols, stream[i].type, stream[i].time, std::to_string(i),
                         "test", stream[i].fields);
  }
  return feed;
}

Engine::Engine(const rules::RulePlan& plan, const events::Schema& schema, events::SymbolTable& symbols)
    : steps_(plan.pattern.steps.size()),
      symbols_(symbols),
      program_(matcher::compile(plan, schema, conditions_, registers_, symbols)),
      pool_(program_, symbols) {}

std::vector<oracle::Match> Engine::run(const Feed& feed, Between between) {
  Collector collector(steps_);
  std::uint64_t order = 0;
  for (const events::Batch& batch : feed.batches) {
    matcher::evaluate(conditions_, batch, symbols_, bits_);
    for (events::Row row = 0; row < batch.size(); ++row, ++order) {
      if (!program_.takes(batch.heads[row].type)) continue;
      if (between.advance) matcher::advance(program_, pool_, key_, batch.heads[row].time, collector, nullptr);
      if (between.pass_over && !matcher::concerns(program_, pool_, key_, batch.heads[row], bits_)) continue;
      matcher::step(program_, pool_, key_, batch, row, order, bits_, collector, nullptr);
      if (between.write_and_read) write_and_read();
    }
  }
  matcher::clear(pool_, key_);
  return std::move(collector.matches);
}

void Engine::write_and_read() {
  std::string bytes;
  matcher::write(program_, pool_, key_, bytes);
  matcher::clear(pool_, key_);
  std::string_view rest = bytes;
  const auto key = matcher::read(program_, pool_, rest, symbols_);
  if (!key) throw std::runtime_error("a written state can't be read back: " + key.error());
  if (!rest.empty()) throw std::runtime_error("a written state isn't read to its end");
  key_ = *key;
  std::string again;
  matcher::write(program_, pool_, key_, again);
  if (again != bytes) throw std::runtime_error("a state read back is written in other bytes");
}

}  // namespace tocsin::property
