#include "engine/generate.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "engine/generate_apart.hpp"
#include "engine/generate_judge.hpp"
#include "engine/generate_near.hpp"
#include "engine/generate_window.hpp"
#include "events/encode.hpp"

namespace tocsin::engine {

namespace {

using events::Duration;
using events::Time;
using events::Value;

constexpr std::size_t kTries = 6;

class Generator {
 public:
  Generator(const rules::RuleSet& set, const GenerateOptions& options)
      : set_(std::make_shared<const rules::RuleSet>(set)), options_(options), apart_(apart(set)) {}

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
    return judged.refused.empty() && !judged.too_many && fired(judged, scenario) == scenario.fires;
  }

  void keep(Scenario scenario) {
    next_ = rounded_up(scenario.until + Duration{1}, kHour);
    scenarios_.push_back(std::move(scenario));
  }
  /// `completion`: of what fires.
  Scenario scenario(const std::string& rule, bool fires, std::string what, std::vector<GeneratedEvent> events,
                    Time completion) const {
    Scenario made{rule, fires, std::move(what), std::move(events), {}};
    if (!made.events.empty()) made.until = std::max(completion, made.events.back().time) + apart_;
    return made;
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
    const auto has = [&](bool timeout) {
      return std::any_of(rule.outputs.begin(), rule.outputs.end(),
                         [&](const rules::OutputPlan& output) { return output.timeout == timeout; });
    };
    alone_ = std::any_of(needed_->rules.begin(), needed_->rules.end(), may_explode);
    const bool matches = has(false) || rule.outputs.empty();
    if (matches) scenarios(rule, false, random);
    const bool times_out = has(true) && scenarios(rule, true, random);
    if (times_out && !matches && options_.near) in_time(rule, random);
  }

  /// A lean one, a rich one with other sides, others by chance until one fires. False: none did.
  bool scenarios(const rules::RulePlan& rule, bool timeout, Random& random) {
    using Turns = Shape::Turns;
    std::set<std::vector<std::uint32_t>> seen;  // what those that fire are made of
    const std::size_t tries = rule.window ? std::max(kTries, shapes_of(rule)) : kTries;
    for (std::size_t i = 0; i < tries; ++i) {
      if ((i > 1 || alone_) && !seen.empty()) break;
      const Turns turns = i == 0 ? Turns::lean : i == 1 ? Turns::rich : Turns::random;
      one_scenario(rule, {turns, i}, timeout, random, seen);
    }
    return !seen.empty();
  }

  /// The steps and types of a sketch, in order.
  static std::vector<std::uint32_t> made_of(const Sketch& sketch) {
    std::vector<std::uint32_t> parts;
    for (const SketchEvent& event : sketch.events) parts.push_back(static_cast<std::uint32_t>(event.type));
    for (const Turn& turn : sketch.instances.back().turns) parts.push_back(turn.step);
    return parts;
  }

  void one_scenario(const rules::RulePlan& rule, Shape shape, bool timeout, Random& random,
                    std::set<std::vector<std::uint32_t>>& seen) {
    std::string& why = why_[rule.name];
    std::optional<Sketch> sketched = sketch(*needed_, rule, shape, timeout, random, why);
    if (!sketched || seen.contains(made_of(*sketched))) return;
    World probe(*needed_, *sketched, next_);
    const Time base = base_of(*sketched, Search(*needed_, *sketched, probe, random, number_, next_).reads_time());
    World world(*needed_, *sketched, base);
    Search search(*needed_, *sketched, world, random, number_, base);
    number_ += keys_in(*sketched) + 1;
    Unmet unmet;
    constexpr std::uint64_t kShare = 8;  // of a window many more shapes are tried
    if (!search.solve(rule.window ? options_.work / kShare : options_.work, unmet)) {
      why = text_of(unmet);
      return;
    }
    const Scenario fires = scenario(rule.name, true, timeout ? "times out" : "fires",
                                    events_of(*needed_, *sketched, world, next_name(rule)),
                                    world.completion(sketched->instances.size() - 1));
    if (!is_verified(fires)) {
      if (held_on(rule, {*needed_, *sketched, world, search, random}, fires)) {
        seen.insert(made_of(*sketched));
        return;
      }
      if (why.empty() || rule.window) why = "the events that were found did not make it fire";
      return;
    }
    seen.insert(made_of(*sketched));
    keep(fires);
    if (options_.near && !alone_) nearly(rule, {*needed_, *sketched, world, search, random}, fires);
  }

  /// What is to hold for a time: the rows again and again. Once alone is a near miss.
  bool held_on(const rules::RulePlan& rule, const Solved& solved, const Scenario& once) {
    constexpr std::size_t kMostEvents = 5000;
    const Duration hold = hold_of(rule);
    const Duration after = repeat_after(rule);
    if (hold.ns == 0 || after.ns == 0) return false;
    const auto copies = static_cast<std::size_t>(hold.ns / after.ns) + 2;
    if (copies > kMostEvents / once.events.size()) return false;
    Scenario held = once;
    const std::string name = next_name(rule);
    held.events.clear();
    for (std::size_t copy = 0; copy < copies; ++copy)
      for (GeneratedEvent event : once.events) {
        event.time = event.time + Duration{static_cast<std::int64_t>(copy) * after.ns};
        event.id = fmt::format("{}-{}", name, held.events.size() + 1);
        held.events.push_back(std::move(event));
      }
    std::stable_sort(held.events.begin(), held.events.end(),
                     [](const GeneratedEvent& a, const GeneratedEvent& b) { return a.time < b.time; });
    held.until = once.until + Duration{static_cast<std::int64_t>(copies) * after.ns};
    if (!is_verified(held)) return false;
    keep(held);
    if (!options_.near) return true;
    const Shift shift = next_shift(solved, true);
    Scenario nearly = scenario(rule.name, false, "it doesn't hold long enough", shift(once.events, next_name(rule)),
                               once.until + shift.by - apart_);
    if (is_verified(nearly)) keep(std::move(nearly));
    return true;
  }

  /// A whole match, of a rule that only tells of those that aren't.
  void in_time(const rules::RulePlan& rule, Random& random) {
    std::string why;
    std::optional<Sketch> sketched = sketch(*needed_, rule, {}, false, random, why);
    if (!sketched) return;
    World world(*needed_, *sketched, next_);
    Search search(*needed_, *sketched, world, random, number_, next_);
    number_ += keys_in(*sketched) + 1;
    Unmet unmet;
    if (!search.solve(options_.work, unmet)) return;
    Scenario whole = scenario(rule.name, false, "in time", events_of(*needed_, *sketched, world, next_name(rule)),
                              world.completion(sketched->instances.size() - 1));
    if (is_verified(whole)) keep(std::move(whole));
  }

  static std::size_t keys_in(const Sketch& sketch) {
    return static_cast<std::size_t>(
        std::count_if(sketch.variables.begin(), sketch.variables.end(),
                      [](const Variable& variable) { return variable.role == Variable::Role::key; }));
  }

  /// Where a scenario begins: at the beginning of a window, if it is of one; at that of a week, if it reads times.
  Time base_of(const Sketch& sketch, bool reads_time) const {
    Time base = reads_time ? rounded_up(next_, kWeek) : next_;
    Duration aligned = alignment_of(*sketch.instances.back().rule);
    if (aligned.ns == 0)
      for (const Instance& instance : sketch.instances) aligned = std::max(aligned, alignment_of(*instance.rule));
    if (aligned.ns == 0 || (reads_time && aligned > kDay && kWeek.ns % aligned.ns != 0)) return base;
    const std::int64_t over = base.ns % aligned.ns;
    return over == 0 ? base : base + Duration{aligned.ns - over};
  }

  /// From the keys that the solved sketch has to others, and to where the next scenario begins.
  Shift next_shift(const Solved& solved, bool keys) {
    Shift shift{{}, solved.world.base(), {}};
    shift.by = base_of(solved.sketch, solved.search.reads_time()) - shift.base;
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
        const Time completion = fires.until + shift.by - apart_;
        if (!is_verified(scenario(rule.name, true, fires.what, shift(fires.events, name), completion))) continue;
        Scenario nearly = scenario(rule.name, false, miss.what, shift(miss.events, name), completion);
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
    else if (unmet.turn != kNone && !unmet.of_time)
      what = "the key, or what must not come next,";
    else if (unmet.turn != kNone)
      what = "a time between two events";
    else if (rule.within)
      what = fmt::format("`within {}`", events::format_duration(*rule.within));
    return fmt::format("{} of rule {} could not be met", what, rule.name);
  }

  /// All as one stream. Near misses that fire there are left out; where a rule doesn't fire any more, all near misses
  /// before it that have a type of its input go.
  void in_company() {
    rules::RuleSet company = *set_;
    std::erase_if(company.rules, [&](const rules::RulePlan& rule) {
      const rules::RuleSet needed = needed_for(*set_, rule.name);
      return std::any_of(needed.rules.begin(), needed.rules.end(), may_explode);
    });
    const auto judging = std::make_shared<const rules::RuleSet>(std::move(company));
    const auto judged_here = [&](const Scenario& scenario) {
      return std::any_of(judging->rules.begin(), judging->rules.end(),
                         [&](const rules::RulePlan& rule) { return rule.name == scenario.rule; });
    };
    for (;;) {  // each round leaves something out, or is the last
      std::vector<GeneratedEvent> all;
      for (const Scenario& scenario : scenarios_) all.insert(all.end(), scenario.events.begin(), scenario.events.end());
      const Judged judged = run_text(judging, engine::text_of(all, set_->schema));
      if (judged.too_many) return;
      std::set<std::size_t> gone;
      for (std::size_t i = 0; i < scenarios_.size(); ++i) {
        const Scenario& scenario = scenarios_[i];
        if (!judged_here(scenario) || fired(judged, scenario) == scenario.fires) continue;
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
  Duration apart_;
  bool alone_ = false;  ///< the rule at hand may explode
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
