#include "bench/windows_ours.hpp"

#include <charconv>
#include <cstdio>

#include <fmt/format.h>

#include "events/assert.hpp"
#include "rules/compile.hpp"

namespace tocsin::bench {
namespace {

constexpr std::string_view kSource = "/plant/line-1";
constexpr std::string_view kDevice = "device-";

std::shared_ptr<const rules::RuleSet> compile_rule(const std::string& window) {
  const std::string text = fmt::format(R"(
event Reading {{ device: string, value: float }}
rule average {{
  from Reading
  by   device
  {}
  emit Average {{ device, mean: avg(value) }}
}}
)",
                                       window);
  rules::Diagnostics warnings;
  const rules::Sources sources{{"windows.rules", text}};
  auto set = rules::compile(sources, warnings);
  if (!set) std::fputs(rules::render(set.error(), sources, false).c_str(), stderr);
  TOCSIN_ASSERT(set.has_value());
  return std::make_shared<const rules::RuleSet>(*std::move(set));
}

/// Its only register is the average.
std::shared_ptr<const matcher::WindowProgram> compile_program(ReadingRule& rule, matcher::Conditions& conditions) {
  matcher::RegisterFile registers(conditions.tables());
  registers.require({.kind = matcher::Register::Kind::window_value, .field = 0});
  return matcher::compile_windows(rule.set->rules.front(), rule.set->schema, conditions, registers, rule.symbols);
}

}  // namespace

ReadingRule::ReadingRule(const std::string& window, std::uint32_t devices) : set(compile_rule(window)) {
  source = symbols.intern(kSource);
  first_device = symbols.end();
  for (std::uint32_t i = 0; i < devices; ++i) symbols.intern(fmt::format("{}{}", kDevice, i));
  TOCSIN_ASSERT(symbols.end() == first_device + devices);
}

void ReadingRule::fill(events::Batch& batch, const Reading* from, std::size_t count) {
  const auto type = set->schema.find("Reading");
  for (std::size_t i = 0; i < count; ++i) {
    const Reading& row = from[i];
    events::RowOrigin origin;
    origin.id = batch.arena.store(fmt::format("e-{:010}", rows++));
    origin.id_hash = events::hash_of_id(kSource, origin.id);
    origin.source = source;
    batch.begin_row(type, {row.time_ns}, origin);
    std::vector<events::Column>& columns = batch.tables[events::index_of(type)].columns;
    columns[0].push(first_device + row.device, true);
    columns[1].push(events::slot_of(row.value), true);
  }
}

WindowSide::WindowSide(const std::string& window, std::uint32_t devices, std::int64_t interval_ns, double limit)
    : rule_(window, devices),
      limit_(limit),
      workload_(devices, interval_ns, 1),
      program_(compile_program(rule_, conditions_)),
      pool_(*program_, rule_.symbols),
      deadlines_(devices, events::kLatest),
      wheel_(devices) {
  for (std::size_t i = 0; i < kReadingsOfSegment / kReadingsOfBatch; ++i) batches_.emplace_back(rule_.set->schema);
}

void WindowSide::prepare() {
  workload_.next(rows_);
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    batches_[i].clear();
    rule_.fill(batches_[i], rows_.data() + i * kReadingsOfBatch, kReadingsOfBatch);
  }
}

void WindowSide::run() {
  for (const events::Batch& batch : batches_) run_batch(batch);
}

void WindowSide::run_batch(const events::Batch& batch) {
  constexpr std::size_t kAhead = 12;
  matcher::evaluate(conditions_, batch, rule_.symbols, bits_);
  keyed_.clear();
  for (events::Row row = 0; row < batch.size(); ++row) {
    const events::RowHead& head = batch.heads[row];
    const events::Slot device = batch.tables[events::index_of(head.type)].columns[0].slots[head.index];
    keyed_.push_back({row, static_cast<std::uint32_t>(device) - rule_.first_device});
  }
  for (std::size_t i = 0; i < keyed_.size(); ++i) {
    if (i + 2 * kAhead < keyed_.size()) pool_.prefetch(keyed_[i + 2 * kAhead].device);
    if (i + kAhead < keyed_.size()) pool_.prefetch_panes(keyed_[i + kAhead].device);
    const auto [row, device] = keyed_[i];
    const events::Time now = batch.heads[row].time;
    if (deadlines_[device] < now) advance(device, now);
    device_ = device;
    deadlines_[device] = matcher::step_window(pool_, device, batch, row, order_ + row, bits_, *this);
    wheel_.queue(device, deadlines_[device]);
  }
  const events::Time last = batch.heads.back().time;
  wheel_.advance(last, [&](std::uint32_t device) {
    if (deadlines_[device] < last) advance(device, last);
    wheel_.queue(device, deadlines_[device]);
  });
  order_ += batch.size();
}

void WindowSide::advance(std::uint32_t device, events::Time now) {
  device_ = device;
  deadlines_[device] = matcher::advance_window(pool_, device, now, *this);
}

bool WindowSide::take(const matcher::WindowResult& result) {
  const double average = events::float_of(result.registers[0]);
  if (average > limit_) found_.add(device_, result.end.ns, average);
  return true;
}

// ---- the engine

namespace {

template <class T>
const T& field_of(const events::Message& message, std::string_view name) {
  for (const events::NamedValue& field : message.fields)
    if (field.first == name) return std::get<T>(field.second);
  constexpr bool kHasTheField = false;
  TOCSIN_ASSERT(kHasTheField);
  return std::get<T>(message.fields.front().second);
}

}  // namespace

void WindowEngineSide::Sink::take(const events::Message& message) {
  const auto& name = field_of<std::string>(message, "device");
  std::uint64_t device = 0;
  std::from_chars(name.data() + kDevice.size(), name.data() + name.size(), device);
  found.add(device, message.time.ns + 1, field_of<double>(message, "mean"));  // told at its last instant
}

void WindowEngineSide::NoLetters::take(const events::DeadLetter& letter) {
  std::fprintf(stderr, "a dead letter: %s\n", letter.detail.c_str());
  constexpr bool kAllAreGood = false;
  TOCSIN_ASSERT(kAllAreGood);
}

WindowEngineSide::WindowEngineSide(const std::string& window, std::uint32_t devices, std::int64_t interval_ns)
    : rule_(window, devices),
      workload_(devices, interval_ns, 1),
      engine_(rule_.set, {.partitions = 1}, rule_.symbols, sink_, letters_, clock_),
      input_(engine_.add_input({.name = "memory"})) {}

void WindowEngineSide::prepare() {
  workload_.next(rows_);
  batches_.clear();
  for (std::size_t i = 0; i < kReadingsOfSegment; i += kReadingsOfBatch) {
    batches_.push_back(engine_.take_batch());
    rule_.fill(batches_.back()->batch, rows_.data() + i, kReadingsOfBatch);
  }
}

void WindowEngineSide::run() {
  for (auto& batch : batches_) engine_.push(input_, std::move(batch));
}

}  // namespace tocsin::bench
