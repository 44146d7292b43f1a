// The words of a trace: events, what a run took, steps.
#include <algorithm>

#include <fmt/format.h>

#include "engine/rule_trace.hpp"
#include "rules/plan_text.hpp"

namespace tocsin::engine {

namespace {

constexpr std::string_view kTestId = "event-";

/// `event 3`, `event "id"`, or `Type of rule` of what a rule put out.
std::string name_of_event(std::string_view source, std::string_view id, std::string_view type) {
  if (source == "/test" && id.starts_with(kTestId)) return fmt::format("event {}", id.substr(kTestId.size()));
  constexpr std::string_view kOwn = "/tocsin/";
  if (source.starts_with(kOwn)) return fmt::format("{} of `{}`", type, source.substr(kOwn.size()));
  return fmt::format("event {}", rules::quoted_text(id));
}

}  // namespace

std::string RuleTrace::describe(const Item& item) const {
  const events::Batch& batch = item.loaded->batch;
  const events::RowOrigin& origin = batch.origins[item.row];
  const events::RowHead& head = item.head();
  const events::EventType& type = (*schema_)[head.type];
  std::string text = fmt::format("{} ({} {}", name_of_event(symbols_->text(origin.source), origin.id, type.name),
                                 time_text(head.time), type.name);
  const events::Table& table = batch.tables[events::index_of(head.type)];
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const events::Field& field = type.fields[i];
    if (field.attribute || !field.stored || !table.columns[i].is_valid(head.index)) continue;
    text += fmt::format(" {}={}", field.name,
                        events::to_text(events::to_value(field.type, table.columns[i].slots[head.index], *symbols_)));
  }
  return text + ")";
}

std::vector<RuleTrace::Taken> RuleTrace::chain_of(const matcher::RunPool& pool, const matcher::Run& run) const {
  std::vector<Taken> chain;
  for (matcher::CauseId at = run.cause; at != matcher::kNoCause; at = pool.cause(at).previous) {
    const matcher::CauseNode& node = pool.cause(at);
    const std::string identity = std::string(symbols_->text(node.source)) + '\0' + std::string(node.id());
    const auto found = descriptions_.find(identity);
    chain.push_back({node.step, found == descriptions_.end() ? std::string(node.id()) : found->second});
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

std::string RuleTrace::chain_text(const rules::RulePlan& plan, const std::vector<Taken>& chain) const {
  constexpr std::size_t kListed = 8;
  std::string text;
  for (std::size_t begin = 0; begin < chain.size();) {
    std::size_t end = begin;
    while (end < chain.size() && chain[end].step == chain[begin].step) ++end;
    const rules::Step& step = plan.pattern.steps[chain[begin].step];
    std::string name = step.name;
    if (name.empty())
      for (const events::TypeId type : step.types) name += (name.empty() ? "" : "|") + (*schema_)[type].name;
    text += (text.empty() ? "" : " -> ") + name + " = ";
    if (end - begin == 1) {
      text += chain[begin].event;
    } else {
      std::string numbers;
      for (std::size_t i = begin; i < end; ++i) {
        if (i - begin == kListed) {
          numbers += fmt::format(", … ({} in all)", end - begin);
          break;
        }
        const std::string& event = chain[i].event;
        const std::string number = event.substr(0, event.find(" ("));
        numbers += (numbers.empty() ? "" : ", ") + (number.starts_with("event ") ? number.substr(6) : number);
      }
      text += "events " + numbers;
    }
    begin = end;
  }
  return text;
}

std::string RuleTrace::time_text(events::Time time) const {
  return time < start_ ? events::format_rfc3339(time) : events::format_duration(time - start_);
}

std::string RuleTrace::absent_text(const Traced& traced, std::uint32_t number) const {
  std::string text;
  for (const rules::Single& single : traced.absences[number]->fits)
    text += (text.empty() ? "" : " or ") + rules::dump(single, *traced.plan, *schema_);
  return "`" + text + "`";
}

std::vector<std::string> RuleTrace::awaited(const Traced& traced, const matcher::Whereabouts& at) const {
  std::vector<std::string> texts;
  for (const auto& [step, state] : at.steps) texts.push_back(step_text(traced, step));
  if (!at.at_end) return texts;
  for (const matcher::Whereabouts::Absence& absence : at.absences) {
    const std::string what = absent_text(traced, absence.number);
    if (absence.next_only)
      texts.push_back(fmt::format("the next event, which must not be {}", what));
    else
      texts.push_back(fmt::format("{}, if no {} comes", time_text(absence.until), what));
  }
  return texts;
}

std::string RuleTrace::by_time_text(const matcher::Match& match) const {
  const Traced& traced = *current_;
  const matcher::Program& program = traced.rule->program;
  const std::string time = time_text(match.completion);
  if (match.timeout) {
    const bool window = program.has_within && match.run.start + program.within == match.completion;
    return window ? fmt::format("`within {}` ran out at {}", events::format_duration(program.within), time)
                  : fmt::format("a bound ran out at {}", time);
  }
  std::string absents;
  for (const matcher::Whereabouts::Absence& absence : matcher::whereabouts(program, match.pool, match.run).absences)
    absents += (absents.empty() ? "" : ", no ") + absent_text(traced, absence.number);
  return fmt::format("no {} until {}", absents, time);
}

std::string RuleTrace::end_text(End why) const {
  const bool by_event = item_ != nullptr;
  switch (why) {
    case End::within:
      return fmt::format("`within {}` ran out", events::format_duration(current_->rule->program.within));
    case End::bound:
      return by_event ? event_ + " came outside a bound" : "the time that a bound leaves it ran out";
    case End::arrow:
      return event_ + " came in between";
    case End::absence:
      return event_ + " must not come there";
    case End::until:
      return event_ + " fulfils an `until`";
    case End::possessive:
      return event_ + " could have been a further turn of a possessive loop";
    case End::no_span:
      return "the time of a `not … for` is null or not above 0";
    case End::evicted:
      return current_->plan->limit_memory ? "`limit runs` or `limit memory` dropped it" : "`limit runs` dropped it";
    case End::after_match:
      return "another match ended it: " + (by_event ? event_ : std::string("time")) + " completed one";
    case End::superseded:
      break;
  }
  return "a run that is preferred stands for it";
}

std::string RuleTrace::step_text(const Traced& traced, std::uint32_t step) const {
  const rules::RulePlan& plan = *traced.plan;
  std::string text;
  for (const rules::Single& single : plan.pattern.steps[step].fits)
    text += (text.empty() ? "" : " or ") + rules::dump(single, plan, *schema_);
  const std::string& name = plan.pattern.steps[step].name;
  return "`" + (name.empty() ? "" : name + ": ") + text + "`";
}

}  // namespace tocsin::engine
