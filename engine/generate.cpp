#include "engine/generate.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "engine/generate_judge.hpp"
#include "engine/generate_near.hpp"
#include "events/encode.hpp"

namespace tocsin::engine {

namespace {

using events::Duration;
using events::Time;
using events::Value;

constexpr Duration kHour{3'600 * events::kSecond.ns};
constexpr Duration kWeek{7 * 24 * kHour.ns};
constexpr int kTries = 5;

Time rounded_up(Time time, Duration unit) {
  const std::int64_t over = (time - rules::kTestStart).ns % unit.ns;
  return over == 0 ? time : time + Duration{unit.ns - over};
}

/// `rule` and, again and again, the rules that put out what one of them reads.
rules::RuleSet needed_for(const rules::RuleSet& set, const std::string& rule) {
  const auto feeds = [](const rules::RulePlan& emitter, const rules::RulePlan& reader) {
    return std::any_of(emitter.outputs.begin(), emitter.outputs.end(), [&](const rules::OutputPlan& output) {
      const events::TypeId type = emitted_by(output);
      return type != events::kNoType && std::binary_search(reader.inputs.begin(), reader.inputs.end(), type);
    });
  };
  std::set<std::string> needed{rule};
  for (bool grown = true; grown;) {
    grown = false;
    for (const rules::RulePlan& reader : set.rules)
      if (needed.contains(reader.name))
        for (const rules::RulePlan& emitter : set.rules)
          if (feeds(emitter, reader)) grown |= needed.insert(emitter.name).second;
  }
  rules::RuleSet result;
  result.schema = set.schema;
  result.zone = set.zone;
  for (const rules::RulePlan& plan : set.rules)
    if (needed.contains(plan.name)) result.rules.push_back(plan);
  return result;
}

/// What moves a scenario to another place: its keys become others, its times later ones.
struct Shift {
  std::vector<std::pair<Value, Value>> keys;
  Time base;
  Duration by;

  std::vector<GeneratedEvent> operator()(std::vector<GeneratedEvent> events, const std::string& name) const {
    for (std::size_t i = 0; i < events.size(); ++i) {
      GeneratedEvent& event = events[i];
      event.time = event.time + by;
      event.id = fmt::format("{}-{}", name, i + 1);
      for (Value& value : event.values) {
        for (const auto& [from, to] : keys)
          if (value == from) {
            value = to;
            break;
          }
        if (auto* time = std::get_if<Time>(&value);
            time != nullptr && *time - base < Duration{2 * kWeek.ns} && *time >= base)
          *time = *time + by;
      }
    }
    return events;
  }
};

class Generator {
 public:
  Generator(const rules::RuleSet& set, const GenerateOptions& options)
      : set_(std::make_shared<const rules::RuleSet>(set)), options_(options) {
    for (const rules::RulePlan& rule : set.rules) {
      if (rule.within) apart_ = std::max(apart_, *rule.within);
      if (rule.throttle) apart_ = std::max(apart_, rule.throttle->per);
      for (const rules::OutputPlan& output : rule.outputs)
        if (const auto* alert = std::get_if<rules::AlertPlan>(&output.node); alert != nullptr && alert->resolve)
          apart_ = std::max(apart_, alert->resolve->span);
    }
    apart_ = {events::saturating_add(apart_.ns, kHour.ns)};
  }

  Generated operator()() {
    // What has no key may be disturbed by what was left open before it.
    for (const bool keyless : {true, false})
      for (const rules::RulePlan& rule : set_->rules)
        if (rule.key.empty() == keyless && is_wanted(rule)) one_rule(rule);
    in_company();
    Generated result;
    for (const rules::RulePlan& rule : set_->rules)
      if (is_wanted(rule)) result.rules.push_back(sum_of(rule));
    result.scenarios = std::move(scenarios_);
    return result;
  }

 private:
  bool is_wanted(const rules::RulePlan& rule) const {
    return options_.rules.empty() ||
           std::find(options_.rules.begin(), options_.rules.end(), rule.name) != options_.rules.end();
  }

  GeneratedRule sum_of(const rules::RulePlan& rule) {
    GeneratedRule sum;
    sum.rule = rule.name;
    sum.runs = !rule.disabled && !rule.shadow;
    for (const Scenario& scenario : scenarios_)
      if (scenario.rule == rule.name) ++(scenario.fires ? sum.fires : sum.near_misses);
    if (sum.fires == 0) sum.why = why_[rule.name];
    return sum;
  }

  bool is_verified(const Scenario& scenario) const {
    const Judged judged = run_text(needed_, engine::text_of(scenario.events, set_->schema));
    return judged.refused.empty() && fired(judged, scenario) == scenario.fires;
  }

  void keep(Scenario scenario) {
    next_ = rounded_up(scenario.events.back().time + apart_, kHour);
    scenarios_.push_back(std::move(scenario));
  }

  std::string next_name(const rules::RulePlan& rule) { return fmt::format("{}-{}", rule.name, ++named_); }

  void one_rule(const rules::RulePlan& wanted) {
    if (wanted.disabled || wanted.shadow) {
      why_[wanted.name] = wanted.disabled ? "it is disabled" : "it is a shadow, which puts nothing out";
      return;
    }
    needed_ = std::make_shared<const rules::RuleSet>(needed_for(*set_, wanted.name));
    const rules::RulePlan& rule = *std::find_if(needed_->rules.begin(), needed_->rules.end(),
                                                [&](const rules::RulePlan& each) { return each.name == wanted.name; });
    Random random(options_.seed);
    std::set<std::size_t> sizes;  // of scenarios that fire
    for (int i = 0; i < kTries; ++i) {
      const Shape shape = i == 0 ? Shape::lean : i == 1 ? Shape::rich : Shape::random;
      if (i > 1 && !sizes.empty()) return;
      one_scenario(rule, shape, random, sizes);
    }
  }

  void one_scenario(const rules::RulePlan& rule, Shape shape, Random& random, std::set<std::size_t>& sizes) {
    std::string& why = why_[rule.name];
    std::optional<Sketch> sketched = sketch(*needed_, rule, shape, random, why);
    if (!sketched || (sizes.contains(sketched->events.size()) && !sizes.empty())) return;
    World probe(*needed_, *sketched, next_);
    const Time base =
        Search(*needed_, *sketched, probe, random, number_, next_).reads_time() ? rounded_up(next_, kWeek) : next_;
    World world(*needed_, *sketched, base);
    Search search(*needed_, *sketched, world, random, number_, base);
    number_ += keys_in(*sketched) + 1;
    Unmet unmet;
    if (!search.solve(options_.work, unmet)) {
      why = text_of(unmet);
      return;
    }
    Scenario fires{rule.name, true, "fires", events_of(*needed_, *sketched, world, next_name(rule))};
    if (!is_verified(fires)) {
      if (why.empty()) why = "the events that were found did not make it fire";
      return;
    }
    sizes.insert(sketched->events.size());
    keep(fires);
    if (options_.near) nearly(rule, {*needed_, *sketched, world, search, random}, fires);
  }

  static std::size_t keys_in(const Sketch& sketch) {
    return static_cast<std::size_t>(
        std::count_if(sketch.variables.begin(), sketch.variables.end(),
                      [](const Variable& variable) { return variable.role == Variable::Role::key; }));
  }

  /// From the keys that the solved sketch has to others, and to where the next scenario begins.
  Shift next_shift(const Solved& solved, bool keys) {
    Shift shift{{}, solved.world.base(), {}};
    const Time base = solved.search.reads_time() ? rounded_up(next_, kWeek) : next_;
    shift.by = base - shift.base;
    if (!keys) return shift;
    for (const Variable& variable : solved.sketch.variables) {
      if (variable.role != Variable::Role::key) continue;
      for (std::size_t n = solved.search.number(); n < solved.search.number() + solved.sketch.variables.size(); ++n) {
        if (variable.value != plain_value(variable, n, shift.base)) continue;
        shift.keys.emplace_back(variable.value, plain_value(variable, number_++, shift.base));
        break;
      }
    }
    return shift;
  }

  void nearly(const rules::RulePlan& rule, const Solved& solved, const Scenario& fires) {
    constexpr std::size_t kMost = 16;
    std::set<std::string> seen;
    for (const Scenario& scenario : scenarios_)
      if (scenario.rule == rule.name) seen.insert(scenario.what);
    std::size_t kept = 0;
    for (const NearMiss& miss : near_misses(solved, fires.rule)) {
      if (kept == kMost) return;
      if (miss.events.empty() || seen.contains(miss.what)) continue;
      for (const bool keys : {true, false}) {
        const Shift shift = next_shift(solved, keys);
        const std::string name = next_name(rule);
        // Elsewhere it must fire as before, so that only what is missing keeps the other from it.
        if (!is_verified({rule.name, true, fires.what, shift(fires.events, name)})) continue;
        Scenario nearly{rule.name, false, miss.what, shift(miss.events, name)};
        if (is_verified(nearly)) {
          keep(std::move(nearly));
          seen.insert(miss.what);
          ++kept;
        }
        break;
      }
    }
  }

  std::string text_of(const Unmet& unmet) const {
    if (unmet.frame.instance == nullptr) return "no values were found";
    const rules::RulePlan& rule = *unmet.frame.instance->rule;
    std::string what = "the rest";
    if (unmet.expr != nullptr)
      what = fmt::format("the condition {}{}", unmet.want ? "" : "not ", dump(*unmet.expr, rule, needed_->schema));
    else if (unmet.turn != kNone)
      what = "the key, or what must not come next,";
    else if (rule.within)
      what = fmt::format("`within {}`", events::format_duration(*rule.within));
    return fmt::format("{} of rule {} could not be met", what, rule.name);
  }

  /// All as one stream. Near misses that fire there are left out; where a rule doesn't fire any more, all near misses
  /// before it that have a type of its input go.
  void in_company() {
    for (;;) {  // each round leaves something out, or is the last
      std::vector<GeneratedEvent> all;
      for (const Scenario& scenario : scenarios_) all.insert(all.end(), scenario.events.begin(), scenario.events.end());
      const Judged judged = run_text(set_, engine::text_of(all, set_->schema));
      std::set<std::size_t> gone;
      for (std::size_t i = 0; i < scenarios_.size(); ++i) {
        const Scenario& scenario = scenarios_[i];
        if (fired(judged, scenario) == scenario.fires) continue;
        if (!scenario.fires) gone.insert(i);
        if (scenario.fires) disturbed(i, gone);
      }
      if (gone.empty()) return;
      std::size_t index = 0;
      std::erase_if(scenarios_, [&](const Scenario&) { return gone.contains(index++); });
    }
  }

  void disturbed(std::size_t which, std::set<std::size_t>& gone) {
    bool any = false;
    for (std::size_t i = 0; i < which; ++i)
      if (!scenarios_[i].fires) any = gone.insert(i).second || any;
    if (any) return;
    why_[scenarios_[which].rule] = "it fires alone, but not behind the events that others need";
    gone.insert(which);
  }

  std::shared_ptr<const rules::RuleSet> set_;
  const GenerateOptions& options_;
  std::shared_ptr<const rules::RuleSet> needed_;
  Duration apart_{0};
  Time next_ = rules::kTestStart;
  std::size_t number_ = 1;
  std::size_t named_ = 0;
  std::map<std::string, std::string> why_;
  std::vector<Scenario> scenarios_;
};

}  // namespace

Generated generate(const rules::RuleSet& set, const GenerateOptions& options) { return Generator(set, options)(); }

std::string text_of(const std::vector<GeneratedEvent>& events, const events::Schema& schema) {
  std::string text;
  for (const GeneratedEvent& event : events)
    events::append_event_json(text, schema[event.type], event.time, event.id, event.source, event.values);
  return text;
}

}  // namespace tocsin::engine
