#include "engine/test_events.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "events/decode.hpp"

namespace tocsin::engine {

namespace {

struct Letters final : events::DeadLetterSink {
  void take(const events::DeadLetter& letter) override {
    ++count;
    if (told.size() < kTold)
      told.push_back(fmt::format("line {}: {}{}{}", letter.position.line, name_of(letter.reason),
                                 letter.detail.empty() ? "" : ": ", letter.detail));
  }
  static constexpr std::size_t kTold = 3;
  std::vector<std::string> told;
  std::size_t count = 0;
};

/// A decoded row as a test's event.
TestArrival arrival_of(const events::Batch& batch, events::Row row, const events::Schema& schema,
                       const events::SymbolTable& symbols) {
  const events::RowHead& head = batch.heads[row];
  const events::RowOrigin& origin = batch.origins[row];
  TestArrival arrival;
  arrival.time = head.time;
  arrival.type = head.type;
  arrival.id = origin.id;
  arrival.source = symbols.text(origin.source);
  arrival.correlation_id = origin.correlation_id;
  arrival.trace_parent = origin.trace_parent;
  if (head.type == events::kNoType) return arrival;
  const events::EventType& type = schema[head.type];
  const events::Table& table = batch.tables[events::index_of(head.type)];
  arrival.values.resize(type.fields.size());
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const events::Column& column = table.columns[i];
    if (type.fields[i].stored && column.is_valid(head.index))
      arrival.values[i] = events::to_value(type.fields[i].type, column.slots[head.index], symbols);
  }
  return arrival;
}

/// Appends the events of a file: each comes at its own time, or with the one before it where that is later.
void load(const rules::RuleSet& set, const rules::TestLoad& load, const ReadFile& read, TestEvents& to) {
  const auto bytes =
      read ? read(load.path)
           : tl::expected<std::string, std::string>(tl::unexpected(std::string("files can't be read here")));
  if (!bytes) {
    to.bad.push_back({load.span, fmt::format("can't load `{}`: {}", load.path, bytes.error())});
    return;
  }
  Letters letters;
  events::SymbolTable symbols;
  events::Batch batch(set.schema);
  events::Decoder decoder(set.schema, symbols, load.path, {}, letters);
  const std::string_view text = batch.arena.store(*bytes);
  decoder.begin({1, 0});
  decoder.decode(text, true, std::nullopt, ~std::uint32_t{0}, batch);
  events::Time latest = events::kEarliest;
  to.arrivals.reserve(to.arrivals.size() + batch.size());
  for (events::Row row = 0; row < batch.size(); ++row) {
    TestArrival& arrival = to.arrivals.emplace_back(arrival_of(batch, row, set.schema, symbols));
    latest = std::max(latest, arrival.time);
    arrival.arriving = latest;
  }
  if (letters.count == 0) return;
  std::string message = fmt::format("`{}` has {} that {} none", load.path,
                                    letters.count == 1 ? "an event" : fmt::format("{} events", letters.count),
                                    letters.count == 1 ? "is" : "are");
  for (const std::string& told : letters.told) message += "; " + told;
  to.bad.push_back({load.span, std::move(message)});
}

}  // namespace

TestEvents test_events(const rules::RuleSet& set, const rules::TestPlan& test, const ReadFile& read) {
  TestEvents events;
  for (const rules::TestEvent& written : test.events) {
    TestArrival& arrival = events.arrivals.emplace_back();
    arrival.time = test.start + written.at;
    arrival.arriving = test.start + written.arriving;
    arrival.type = written.type;
    arrival.values = written.values;
    arrival.id = fmt::format("event-{}", events.arrivals.size());
    arrival.source = "/test";
  }
  for (const rules::TestLoad& each : test.loads) load(set, each, read, events);
  std::stable_sort(events.arrivals.begin(), events.arrivals.end(),
                   [](const TestArrival& a, const TestArrival& b) { return a.arriving < b.arriving; });
  events.end = test.start + test.end;
  if (!test.loads.empty())
    for (const TestArrival& arrival : events.arrivals) events.end = std::max(events.end, arrival.arriving);
  return events;
}

}  // namespace tocsin::engine
