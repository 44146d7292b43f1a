#include "bench/sequence_ours.hpp"

#include <charconv>
#include <cstdio>

#include <fmt/format.h>

#include "events/assert.hpp"
#include "rules/compile.hpp"

namespace tocsin::bench {
namespace {

constexpr const char* kRule = R"(
event A { device: string }
event B { device: string }
event C { device: string }
event D { device: string }

rule sequence {
  match   A -> B -> C
  by      device
  within  5m
  alert   medium "{device}: A, B and C in five minutes" { device }
}
)";

constexpr std::string_view kSource = "/plant/line-1";
constexpr std::string_view kDevice = "device-";

std::shared_ptr<const rules::RuleSet> compile_rule() {
  rules::Diagnostics warnings;
  const rules::Sources sources{{"sequence.rules", kRule}};
  auto set = rules::compile(sources, warnings);
  if (!set) std::fputs(rules::render(set.error(), sources, false).c_str(), stderr);
  TOCSIN_ASSERT(set.has_value());
  return std::make_shared<const rules::RuleSet>(*std::move(set));
}

}  // namespace

SequenceRule::SequenceRule(std::uint32_t devices) : set(compile_rule()) {
  source = symbols.intern(kSource);
  first_device = symbols.end();
  for (std::uint32_t i = 0; i < devices; ++i) symbols.intern(fmt::format("{}{}", kDevice, i));
  TOCSIN_ASSERT(symbols.end() == first_device + devices);
  // The checker gives types in order of their names: a Kind is a TypeId.
  for (std::size_t i = 0; i < 4; ++i) TOCSIN_ASSERT(set->schema.types[i].name == std::string(1, "ABCD"[i]));
}

void SequenceRule::fill(events::Batch& batch, const SequenceRow* from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const SequenceRow& row = from[i];
    const events::TypeId type{static_cast<std::uint32_t>(row.kind)};
    events::RowOrigin origin;
    origin.id = batch.arena.store(fmt::format("e-{:010}", rows++));
    origin.id_hash = events::hash_of_id(kSource, origin.id);
    origin.source = source;
    batch.begin_row(type, {row.time_ns}, origin);
    if (set->schema[type].fields[0].stored)
      batch.tables[events::index_of(type)].columns[0].push(first_device + row.device, true);
  }
}

// ---- the matcher alone

namespace {

matcher::Program compile_program(SequenceRule& rule, matcher::Conditions& conditions) {
  matcher::RegisterFile registers;
  const rules::RulePlan& plan = rule.set->rules.front();
  const engine::Outputs outputs(*rule.set, 0, registers, conditions, rule.symbols);
  return matcher::compile(plan, rule.set->schema, conditions, registers, rule.symbols);
}

}  // namespace

MatcherSide::MatcherSide(std::uint32_t devices, std::uint32_t rare)
    : rule_(devices),
      workload_(devices, rare, 1),
      program_(compile_program(rule_, conditions_)),
      pool_(program_, rule_.symbols),
      keys_(devices) {
  for (std::size_t i = 0; i < kRowsOfSegment / kRowsOfBatch; ++i) batches_.emplace_back(rule_.set->schema);
}

void MatcherSide::prepare() {
  workload_.next(rows_);
  for (std::size_t i = 0; i < batches_.size(); ++i) {
    batches_[i].clear();
    rule_.fill(batches_[i], rows_.data() + i * kRowsOfBatch, kRowsOfBatch);
  }
}

void MatcherSide::run() {
  for (const events::Batch& batch : batches_) run_batch(batch);
}

void MatcherSide::run_batch(const events::Batch& batch) {
  constexpr std::size_t kAhead = 12;
  matcher::evaluate(conditions_, batch, rule_.symbols, bits_);
  keyed_.clear();
  for (events::Row row = 0; row < batch.size(); ++row) {
    const events::RowHead& head = batch.heads[row];
    if (!program_.takes(head.type)) continue;
    const events::Slot device = batch.tables[events::index_of(head.type)].columns[0].slots[head.index];
    keyed_.push_back({row, static_cast<std::uint32_t>(device) - rule_.first_device});
  }
  for (std::size_t i = 0; i < keyed_.size(); ++i) {
    if (i + 3 * kAhead < keyed_.size()) __builtin_prefetch(&keys_[keyed_[i + 3 * kAhead].device]);
    if (i + 2 * kAhead < keyed_.size()) {
      const matcher::KeyState ahead = keys_[keyed_[i + 2 * kAhead].device];
      if (!ahead.empty()) pool_.prefetch(ahead.head);
    }
    if (i + kAhead < keyed_.size()) {
      const matcher::KeyState ahead = keys_[keyed_[i + kAhead].device];
      if (!ahead.empty()) pool_.prefetch_cause(ahead.head);
      __builtin_prefetch(&batch.origins[keyed_[i + kAhead].row]);
    }
    const auto [row, device] = keyed_[i];
    matcher::KeyState& key = keys_[device];
    if (!matcher::concerns(program_, pool_, key, batch.heads[row], bits_)) continue;
    device_ = device;
    matcher::step(program_, pool_, key, batch, row, order_ + row, bits_, events::kEarliest, *this, nullptr);
  }
  order_ += batch.size();
}

void MatcherSide::take(const matcher::Match& match) { found_.add(device_, match.run.start.ns, match.completion.ns); }

// ---- the engine

void EngineSide::Sink::take(const events::Message& message) {
  const std::string_view name = std::get<std::string>(message.key.front().second);
  std::uint64_t device = 0;
  std::from_chars(name.data() + kDevice.size(), name.data() + name.size(), device);
  found.add(device, message.start.ns, message.end.ns);
}

void EngineSide::NoLetters::take(const events::DeadLetter& letter) {
  std::fprintf(stderr, "a dead letter: %s\n", letter.detail.c_str());
  constexpr bool kAllAreGood = false;
  TOCSIN_ASSERT(kAllAreGood);
}

EngineSide::EngineSide(std::uint32_t devices, std::uint32_t rare)
    : rule_(devices),
      workload_(devices, rare, 1),
      engine_(rule_.set, {.partitions = 1}, rule_.symbols, sink_, letters_, clock_),
      input_(engine_.add_input({.name = "memory"})) {}

void EngineSide::prepare() {
  workload_.next(rows_);
  batches_.clear();
  for (std::size_t i = 0; i < kRowsOfSegment; i += kRowsOfBatch) {
    batches_.push_back(engine_.take_batch());
    rule_.fill(batches_.back()->batch, rows_.data() + i, kRowsOfBatch);
  }
}

void EngineSide::run() {
  for (auto& batch : batches_) engine_.push(input_, std::move(batch));
}

}  // namespace tocsin::bench
