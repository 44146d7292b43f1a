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
  explicit Collector(const std::vector<std::uint32_t>& binding) : binding_(binding) {}

  void take(const matcher::Match& match) override {
    oracle::Match found;
    found.timeout = match.timeout;
    found.by_time = match.by_time;
    found.repeat = match.repeat;
    found.start = static_cast<std::size_t>(match.run.start_order);
    found.completion = match.completion;
    found.completing = match.by_time ? 0 : static_cast<std::size_t>(match.completion_order);
    found.steps.resize(binding_.size());
    for (auto id = match.run.cause; id != matcher::kNoCause; id = match.pool.cause(id).previous) {
      const matcher::CauseNode& node = match.pool.cause(id);
      found.steps[binding_[node.step]].push_back(number_of(node.id()));
    }
    for (auto& turns : found.steps) std::reverse(turns.begin(), turns.end());
    matches.push_back(std::move(found));
  }

  std::vector<oracle::Match> matches;

 private:
  const std::vector<std::uint32_t>& binding_;
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
    : symbols_(symbols),
      program_(matcher::compile(plan, schema, conditions_, registers_, symbols)),
      pool_(program_, symbols) {
  for (const rules::Step& step : plan.pattern.steps) binding_.push_back(step.binding);
}

std::vector<oracle::Match> Engine::run(const Feed& feed, Between between, const oracle::Surroundings& around) {
  Collector collector(binding_);
  std::uint64_t order = 0;
  matcher::Watching watching = around.watching.value_or(events::kLatest);
  deadline_ = events::kLatest;
  for (const events::Batch& batch : feed.batches) {
    matcher::evaluate(conditions_, batch, symbols_, bits_);
    for (events::Row row = 0; row < batch.size(); ++row, ++order) {
      const events::RowHead& head = batch.heads[row];
      if (between.advance || deadline_ < head.time) advance(head.time, collector, between);
      if (!program_.takes(head.type)) continue;
      watching = std::min(watching, head.time);
      if (between.pass_over && !matcher::concerns(program_, pool_, key_, head, bits_)) continue;
      deadline_ = matcher::step(program_, pool_, key_, batch, row, order, bits_, watching, collector, nullptr);
      if (between.write_and_read) write_and_read();
    }
  }
  advance(around.until.value_or(events::kLatest), collector, between);
  matcher::clear(pool_, key_);
  key_ = {};
  return std::move(collector.matches);
}

void Engine::advance(events::Time now, matcher::MatchSink& sink, const Between& between) {
  while (between.by_steps && now != events::kLatest && deadline_ + events::Duration{1} < now) {
    const events::Time passed = deadline_;
    deadline_ = matcher::advance(program_, pool_, key_, passed + events::Duration{1}, sink, nullptr);
    if (deadline_ <= passed) throw std::runtime_error("a deadline stays when its time has passed");
    if (between.write_and_read) write_and_read();
  }
  deadline_ = matcher::advance(program_, pool_, key_, now, sink, nullptr);
  if (between.write_and_read) write_and_read();
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
  deadline_ = matcher::deadline(program_, pool_, key_);
  std::string again;
  matcher::write(program_, pool_, key_, again);
  if (again != bytes) throw std::runtime_error("a state read back is written in other bytes");
}

}  // namespace tocsin::property
