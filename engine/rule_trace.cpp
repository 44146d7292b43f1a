#include "engine/rule_trace.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rules/overloaded.hpp"
#include "rules/plan_text.hpp"
#include "rules/waiting.hpp"

namespace tocsin::engine {

using events::Value;

namespace {

std::string identity_of(std::string_view source, std::string_view id) {
  return std::string(source) + '\0' + std::string(id);
}

void conjuncts(const rules::Expr& expr, std::vector<const rules::Expr*>& to) {
  if (expr.op != rules::Op::logical_and) return to.push_back(&expr);
  for (const rules::Expr& arg : expr.args) conjuncts(arg, to);
}

void leaves(const rules::Expr& expr, std::vector<const rules::Expr*>& to) {
  using enum rules::Op;
  if (expr.op == field || expr.op == step_field || expr.op == turn_field || expr.op == aggregate ||
      expr.op == window_value || expr.op == window_start || expr.op == window_end || expr.op == window_grain ||
      expr.op == key_part)
    to.push_back(&expr);
  for (const rules::Expr& arg : expr.args) leaves(arg, to);
}

}  // namespace

void RuleTrace::Some::add(std::string line) {
  if (lines.size() < kKept)
    lines.push_back(std::move(line));
  else
    ++more;
}

void RuleTrace::Some::tell(std::string_view indent, std::vector<std::string>& to) const {
  for (const std::string& line : lines) to.push_back(std::string(indent) + line);
  if (more > 0) to.push_back(fmt::format("{}and {} more", indent, more));
}

void RuleTrace::begin(const CompiledRules& rules, events::SymbolTable& symbols) {
  schema_ = &rules.set->schema;
  symbols_ = &symbols;
  tables_ = rules.conditions.tables();
  for (const CompiledRule& rule : rules.rules) {
    if (!rule.runs()) continue;
    Traced& traced = traced_[rule.plan->name];
    traced.rule = &rule;
    traced.plan = rule.plan;
    if (rule.windows) {
      matcher::RegisterFile registers = rule.registers;
      if (rule.plan->window->when)
        traced.when = parts_of(*rule.plan->window->when, *rule.plan, events::kNoType, registers);
      continue;
    }
    for (const rules::Step& step : rule.plan->pattern.steps) traced.steps.push_back(compile(step.fits, traced));
    traced.absences = rules::absences_of(rule.plan->pattern);
    for (const rules::Absent* absent : traced.absences) traced.absents.push_back(compile(absent->fits, traced));
  }
}

std::vector<SingleParts> RuleTrace::compile(const std::vector<rules::Single>& fits, const Traced& traced) {
  const rules::RulePlan& plan = *traced.plan;
  matcher::RegisterFile registers(tables_);  // the same ids as the program's: what a condition reads is there
  for (const matcher::Register& each : traced.rule->program.registers) registers.require(each);
  std::vector<SingleParts> compiled;
  for (const rules::Single& single : fits) {
    SingleParts& made = compiled.emplace_back();
    made.type = single.type;
    if (single.condition) made.parts = parts_of(*single.condition, plan, single.type, registers);
  }
  return compiled;
}

std::vector<ConditionPart> RuleTrace::parts_of(const rules::Expr& condition, const rules::RulePlan& plan,
                                               events::TypeId type, matcher::RegisterFile& registers) {
  std::vector<ConditionPart> made;
  std::vector<const rules::Expr*> parts;
  conjuncts(condition, parts);
  for (const rules::Expr* part : parts) {
    ConditionPart& to = made.emplace_back();
    to.text = rules::text_of(*part, plan, *schema_, type);
    to.code = matcher::compile(*part, registers, *symbols_);
    std::vector<const rules::Expr*> read;
    leaves(*part, read);
    for (const rules::Expr* leaf : read) {
      std::string text = rules::text_of(*leaf, plan, *schema_, type);
      const bool known = std::any_of(to.leaves.begin(), to.leaves.end(),
                                     [&](const ConditionPart::Leaf& other) { return other.text == text; });
      if (!known) to.leaves.push_back({std::move(text), matcher::compile(*leaf, registers, *symbols_)});
    }
  }
  return made;
}

void RuleTrace::at(const CompiledRule& rule) { current_ = &traced_.at(rule.plan->name); }

std::string RuleTrace::refusal(const std::vector<SingleParts>& fits, const matcher::RunPool& pool,
                               const matcher::Run* run, const matcher::State* state) const {
  const events::RowHead& head = item_->head();
  rules::Texts texts(*symbols_);
  std::vector<std::uint64_t> valid(
      run != nullptr ? matcher::RunPool::valid(*run) : pool.fresh_valid(),
      (run != nullptr ? matcher::RunPool::valid(*run) : pool.fresh_valid()) + pool.valid_words());
  if (state != nullptr)
    for (const matcher::RegisterId id : state->cleared) valid[id >> 6] &= ~(std::uint64_t{1} << (id & 63));
  matcher::Bindings bindings;
  bindings.table = &item_->loaded->batch.tables[events::index_of(head.type)];
  bindings.index = head.index;
  bindings.registers = run != nullptr ? pool.registers(*run) : pool.fresh_registers();
  bindings.valid = valid.data();
  bindings.values = &pool.values;
  bindings.texts = &texts;
  bindings.tables = pool.tables;
  bindings.as_of = matcher::AsOf::timer(head.time);  // what has the event's own time is taken to be there
  std::uint64_t nulls = 0;
  std::string first;
  for (const SingleParts& single : fits) {
    if (single.type != head.type) continue;
    bool holds = true;
    for (const ConditionPart& part : single.parts) {
      const rules::Cell cell = matcher::evaluate(part.code, bindings, nulls);
      if (cell.valid && cell.slot != 0) continue;
      holds = false;
      if (!first.empty()) break;
      first = refused_text(part, bindings);
      break;
    }
    if (holds) return {};
  }
  return first;
}

void RuleTrace::before(const matcher::RunPool& pool, const matcher::KeyState& key, const Item& item) {
  item_ = &item;
  event_ = describe(item);
  const events::RowOrigin& origin = item.loaded->batch.origins[item.row];
  descriptions_[identity_of(symbols_->text(origin.source), origin.id)] = event_;
  Traced& traced = *current_;
  ++traced.events;
  const matcher::Program& program = traced.rule->program;
  may_start_ = matcher::may_start(program, item.head(), item.loaded->bits);
  if (!traced.started) {
    for (const std::uint16_t step : program.starters)
      if (std::string why = refusal(traced.steps[step], pool, nullptr, nullptr); !why.empty())
        traced.no_start.add(fmt::format("{}: {}", event_, why));
  }
  for (matcher::RunId id = key.head; id != matcher::kNoRun; id = pool[id].next) {
    const matcher::Run& run = pool[id];
    const auto found = traced.attempts.find(run.start_order);
    if (found == traced.attempts.end() || found->second.taken != run.taken) continue;
    const matcher::Whereabouts at = matcher::whereabouts(program, pool, run);
    for (const auto& [step, state] : at.steps)
      if (std::string why = refusal(traced.steps[step], pool, &run, &program.states[state]); !why.empty())
        found->second.refused.add(fmt::format("{} does not fit: {}", event_, why));
    for (const matcher::Whereabouts::Absence& absence : at.absences)
      if (std::string why = refusal(traced.absents[absence.number], pool, &run, nullptr); !why.empty())
        found->second.spared.add(fmt::format("{} did not stop it: {}", event_, why));
  }
}

void RuleTrace::after(const matcher::RunPool& pool, const matcher::KeyState& key) {
  Traced& traced = *current_;
  for (matcher::RunId id = key.head; id != matcher::kNoRun; id = pool[id].next) {
    const matcher::Run& run = pool[id];
    traced.started = true;
    if (!traced.attempts.contains(run.start_order) && traced.attempts.size() >= kMaxAttempts) continue;
    const matcher::Whereabouts at = matcher::whereabouts(traced.rule->program, pool, run);
    if (at.ended_by_time) continue;
    Attempt& attempt = traced.attempts[run.start_order];
    if (run.taken > attempt.taken) {
      attempt.taken = run.taken;
      attempt.chain = chain_of(pool, run);
      attempt.awaits.clear();
      attempt.refused = {};
      attempt.end.clear();
    }
    if (run.taken != attempt.taken) continue;
    for (std::string& text : awaited(traced, at))
      if (std::find(attempt.awaits.begin(), attempt.awaits.end(), text) == attempt.awaits.end())
        attempt.awaits.push_back(std::move(text));
  }
  if (!traced.started && may_start_ && !traced.rule->program.leads.empty())
    traced.no_start.add(event_ + ": what must not come before it came, or the rule hadn't watched for so long");
  item_ = nullptr;
}

void RuleTrace::ended(std::uint64_t start_order, End why) {
  if (why == End::superseded) return;
  Traced& traced = *current_;
  const auto found = traced.attempts.find(start_order);
  if (found != traced.attempts.end())
    found->second.end = end_text(why);
  else if (!traced.started && why == End::no_span)
    traced.no_start.add(event_ + ": " + end_text(why));
}

void RuleTrace::matched(const matcher::Match& match, const OutputList& out, std::size_t first) {
  Traced& traced = *current_;
  traced.started = true;
  std::vector<std::string> lines{chain_text(*traced.plan, chain_of(match.pool, match.run))};
  if (match.by_time) lines.push_back(by_time_text(match));
  if (match.repeat > 0) lines.push_back(fmt::format("repetition {}", match.repeat));
  const auto found = traced.attempts.find(match.run.start_order);
  if (found != traced.attempts.end()) {
    found->second.spared.tell("", lines);
    if (!match.timeout) traced.attempts.erase(found);
  }
  for (std::size_t i = first; i < out.size(); ++i) by_message_[out[i]->message.id] = lines;
}

std::vector<std::string> RuleTrace::taken_by(const std::string& message_id) const {
  const auto found = by_message_.find(message_id);
  return found == by_message_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<std::string> RuleTrace::why_not(const std::string& rule, const RuleStats& stats) const {
  const Traced& traced = traced_.at(rule);
  if (traced.plan->window) return why_no_window(traced, stats);
  std::vector<std::string> lines;
  if (stats.suppressed > 0)
    lines.push_back(fmt::format("the throttle of `{}` held back {} of {} matches", rule, stats.suppressed,
                                stats.matches + stats.timeouts));
  const std::uint64_t ends = stats.matches + stats.timeouts;
  const std::uint64_t silent = ends - std::min(ends, stats.put_out + stats.suppressed);
  const std::string_view of = stats.timeouts > 0 ? "matches and timeouts" : "matches";
  if (silent > 0) lines.push_back(fmt::format("of {} of {} {} no output's `if` held", silent, ends, of));
  if (stats.null_keys > 0)
    lines.push_back(fmt::format("left out for a null in the key of `{}`: {} of its events", rule, stats.null_keys));
  if (traced.events == 0) lines.push_back(fmt::format("no event came that is an input of `{}`", rule));
  if (!traced.started && traced.events > 0) {
    lines.push_back(fmt::format("no event began a match of `{}`", rule));
    traced.no_start.tell("  ", lines);
  }
  const auto furthest = std::max_element(traced.attempts.begin(), traced.attempts.end(),
                                         [](const auto& a, const auto& b) { return a.second.taken < b.second.taken; });
  if (furthest == traced.attempts.end()) return lines;
  const Attempt& attempt = furthest->second;
  lines.push_back(fmt::format("the furthest: {} -> waits for {}", chain_text(*traced.plan, attempt.chain),
                              fmt::join(attempt.awaits, " or ")));
  attempt.refused.tell("  ", lines);
  lines.push_back("  " + (attempt.end.empty() ? std::string("it still waits when the test ends") : attempt.end));
  return lines;
}

}  // namespace tocsin::engine
