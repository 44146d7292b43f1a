#include "engine/generate_sketch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "engine/generate_walk.hpp"
#include "engine/generate_window.hpp"

namespace tocsin::engine {

namespace {

using rules::RulePlan;

constexpr std::size_t kMostEvents = 5000;

/// An output that gives an event of some type.
struct Emission {
  const RulePlan* rule = nullptr;
  std::size_t output = 0;
};

class Sketcher {
 public:
  Sketcher(const rules::RuleSet& set, Shape shape, Random& random, std::string& why)
      : set_(set), shape_(shape), random_(random), why_(why) {}

  std::optional<Sketch> operator()(const RulePlan& rule, bool timeout) {
    sketch_.start = add_variable({.role = Variable::Role::start, .type = events::Type::duration, .name = "start"});
    if (!add_instance(rule, kNone, timeout)) return std::nullopt;
    return std::move(sketch_);
  }

 private:
  using Keys = std::vector<std::size_t>;  ///< variable of each part of the key; kNone: not yet known, or none

  bool fail(std::string why) {
    why_ = std::move(why);
    return false;
  }

  std::size_t add_variable(Variable variable) {
    sketch_.variables.push_back(std::move(variable));
    return sketch_.variables.size() - 1;
  }

  /// The events of an instance, in order of time, each after those that it stands for.
  bool add_instance(const RulePlan& rule, std::size_t output, bool timeout) {
    std::optional<Instance> walked =
        rule.window ? rows(rule, shape_, why_) : walk(rule, shape_, timeout, random_, why_);
    if (!walked) return false;
    Instance& instance = *walked;
    instance.output = output;
    Keys keys(rule.key.size(), kNone);
    if (needs_herald(instance) && !add_herald(instance)) return false;
    for (Turn& turn : instance.turns) {
      if (!add_event(fit_of(instance, turn).type)) return false;
      turn.event = sketch_.events.size() - 1;
      tie_key(rule, turn.event, keys);
    }
    if (rule.window) tie_rows(instance);
    if (output == kNone && (instance.empty || hold_of(rule).ns > 0) && !add_later(instance)) return false;
    if (!add_decider(instance, keys) || !add_ender(instance, keys)) return false;
    sketch_.instances.push_back(std::move(instance));
    return true;
  }

  /// Counted back from an event, an absence asks that the rule was watching.
  static bool needs_herald(const Instance& instance) {
    const auto counts_back = [](const Quiet& quiet) { return quiet.since == kNone; };
    return std::any_of(instance.turns.begin(), instance.turns.end(), [&](const Turn& turn) {
      return std::any_of(turn.quiets.begin(), turn.quiets.end(), counts_back);
    });
  }
  /// An event of the rule's input, of another key: of the absent type, which can't begin a match.
  bool add_herald(Instance& instance) {
    std::vector<events::TypeId> types;
    for (const Turn& turn : instance.turns)
      for (const Quiet& quiet : turn.quiets)
        for (const rules::Single& single : quiet.absent->fits) types.push_back(single.type);
    for (const events::TypeId type : instance.rule->inputs) types.push_back(type);
    const auto plain = std::find_if(types.begin(), types.end(), [&](events::TypeId id) {
      return !set_.schema[id].derived && !only_resolves(*instance.rule, id);
    });
    if (plain == types.end()) return true;  // it may have been watching before
    if (!add_event(*plain)) return false;
    instance.herald = sketch_.events.size() - 1;
    Keys own(instance.rule->key.size(), kNone);
    tie_key(*instance.rule, instance.herald, own);
    return true;
  }

  /// What time alone brings about, input must go on for: an event of another key when it is over.
  bool add_later(Instance& instance) {
    const rules::Single& first = fit_of(instance, instance.turns.front());
    if (set_.schema[first.type].derived) return true;
    if (!add_event(first.type)) return false;
    instance.ender.emplace();
    instance.ender->event = sketch_.events.size() - 1;
    Keys own(instance.rule->key.size(), kNone);
    tie_key(*instance.rule, instance.ender->event, own);
    return true;
  }

  /// `=> not X` at the end: what comes next, and isn't X, completes the match; so does time, where there is a `within`.
  bool add_decider(Instance& instance, Keys& keys) {
    const RulePlan& rule = *instance.rule;
    std::vector<const rules::Absent*> open;
    for (const Quiet& quiet : instance.closings)
      if (!quiet.absent->span && is_next(rule.pattern, quiet.absent)) open.push_back(quiet.absent);
    if (open.empty() || rule.within || instance.timeout) return true;
    const auto refused = [&](events::TypeId id) {
      return std::count_if(open.begin(), open.end(), [&](const rules::Absent* absent) {
        return std::any_of(absent->fits.begin(), absent->fits.end(),
                           [&](const rules::Single& single) { return single.type == id; });
      });
    };
    std::vector<events::TypeId> types;
    for (const events::TypeId id : rule.inputs)
      if (!set_.schema[id].derived && !only_resolves(rule, id)) types.push_back(id);
    if (types.empty()) return fail("nothing but derived events can follow its last one");
    const events::TypeId type = *std::min_element(
        types.begin(), types.end(), [&](events::TypeId a, events::TypeId b) { return refused(a) < refused(b); });
    if (!add_event(type)) return false;
    Turn decider;
    decider.event = sketch_.events.size() - 1;
    decider.next = std::move(open);
    tie_key(rule, decider.event, keys);
    instance.decider = std::move(decider);
    return true;
  }

  /// What repeats would go on for ever, beside all that comes later.
  bool add_ender(Instance& instance, Keys& keys) {
    if (instance.output != kNone) return true;
    for (const Quiet& quiet : instance.closings)
      for (const rules::Single& single : quiet.absent->fits) {
        if (!quiet.absent->every || set_.schema[single.type].derived) continue;
        if (!add_event(single.type)) return false;
        instance.ender.emplace();
        instance.ender->event = sketch_.events.size() - 1;
        instance.ending = &single;
        tie_key(*instance.rule, instance.ender->event, keys);
        return true;
      }
    return true;
  }

  static bool only_resolves(const RulePlan& rule, events::TypeId type) {
    return std::binary_search(rule.only_resolving.begin(), rule.only_resolving.end(), type);
  }

  bool add_event(events::TypeId id) {
    if (sketch_.events.size() >= kMostEvents) return fail(fmt::format("it takes more than {} events", kMostEvents));
    const events::EventType& type = set_.schema[id];
    if (type.derived) return add_derived(id);
    SketchEvent event;
    event.type = id;
    event.gap = add_variable({.role = Variable::Role::gap, .type = events::Type::duration, .name = "gap"});
    for (const events::Field& field : type.fields) {
      const bool given = field.name == "@time" || field.name == "@id" || field.name == "@type";
      event.variables.push_back(
          given ? kNone
                : add_variable({.type = field.type,
                                .optional = field.optional || (field.attribute && field.name != "@source"),
                                .read = field.stored,
                                .name = field.name}));
    }
    sketch_.events.push_back(std::move(event));
    return true;
  }

  bool add_derived(events::TypeId type) {
    std::vector<Emission> emissions;
    for (const RulePlan& rule : set_.rules)
      for (std::size_t i = 0; i < rule.outputs.size(); ++i)
        if (!rule.disabled && !rule.shadow && emitted_by(rule.outputs[i]) == type) emissions.push_back({&rule, i});
    if (emissions.empty()) return fail(fmt::format("no running rule puts out `{}`", set_.schema[type].name));
    const bool lean = shape_.turns == Shape::Turns::lean;
    const Emission& emission = emissions[lean ? shape_.side % emissions.size() : random_.below(emissions.size())];
    if (!add_instance(*emission.rule, emission.output, emission.rule->outputs[emission.output].timeout)) return false;
    SketchEvent event;
    event.type = type;
    event.variables.assign(set_.schema[type].fields.size(), kNone);
    event.instance = sketch_.instances.size() - 1;
    event.output = emission.output;
    sketch_.events.push_back(std::move(event));
    return true;
  }

  /// The event has the key of those before it.
  void tie_key(const RulePlan& rule, std::size_t event, Keys& keys) {
    const events::TypeId type = sketch_.events[event].type;
    const auto place = std::lower_bound(rule.inputs.begin(), rule.inputs.end(), type) - rule.inputs.begin();
    for (std::size_t part = 0; part < rule.key.size(); ++part) {
      const std::uint32_t field = rule.key[part].field[static_cast<std::size_t>(place)];
      if (field == rules::kNoField) continue;
      const std::size_t variable = variable_behind(event, field);
      if (variable == kNone) continue;
      Variable& own = sketch_.variables[variable];
      own.optional = false;
      if (own.role == Variable::Role::field) own.role = Variable::Role::key;
      if (keys[part] == kNone)
        keys[part] = variable;
      else
        unite(keys[part], variable);
    }
  }

  /// The rows of a window: fields that a join's equalities tie, and values that move together.
  void tie_rows(const Instance& instance) {
    const rules::WindowPlan& window = *instance.rule->window;
    const Turn* once = window.join && instance.turns.size() > 1 ? &instance.turns.front() : nullptr;
    for (const auto& [left, right] : once ? window.join->equal : std::vector<std::pair<std::uint32_t, std::uint32_t>>{})
      for (const Turn& turn : instance.turns) {
        if (turn.step == once->step) continue;
        const std::size_t one = variable_behind(once->event, once->step == 0 ? left : right);
        const std::size_t other = variable_behind(turn.event, turn.step == 0 ? left : right);
        if (one == kNone || other == kNone) continue;
        sketch_.variables[one].optional = false;
        if (sketch_.variables[one].role == Variable::Role::field) sketch_.variables[one].role = Variable::Role::key;
        unite(one, other);
      }
    for (std::size_t row = 0; row < instance.turns.size(); ++row) {
      const std::vector<std::size_t>& own = sketch_.events[instance.turns[row].event].variables;
      for (std::size_t field = 0; field < own.size(); ++field) {
        if (own[field] == kNone) continue;
        Variable& variable = sketch_.variables[own[field]];
        if (variable.role != Variable::Role::field || variable.alike != kNone) continue;
        variable.row = row;
        variable.profile = profile_of(shape_);
        variable.alike = (sketch_.instances.size() * 2 + instance.turns[row].step) * 10'000 + field;
      }
    }
  }

  /// The variable that a field of an event is, if it is one.
  std::size_t variable_behind(std::size_t event, std::uint32_t field) const {
    const SketchEvent& sketched = sketch_.events[event];
    if (sketched.instance == kNone) return sketched.variables[field];
    const Instance& instance = sketch_.instances[sketched.instance];
    const RulePlan& rule = *instance.rule;
    const auto key_variable = [&](std::size_t part) {
      const std::size_t first = instance.turns.front().event;
      const auto at = std::lower_bound(rule.inputs.begin(), rule.inputs.end(), sketch_.events[first].type);
      const std::uint32_t of_first = rule.key[part].field[static_cast<std::size_t>(at - rule.inputs.begin())];
      return of_first == rules::kNoField ? kNone : variable_behind(first, of_first);
    };
    if (const auto* emit = std::get_if<rules::EmitPlan>(&rule.outputs[sketched.output].node)) {
      if (field >= emit->fields.size()) return kNone;
      const rules::Expr& expr = emit->fields[field];
      if (expr.op == rules::Op::key_part) return key_variable(expr.field);
      if (expr.op != rules::Op::step_field || !expr.fields.empty()) return kNone;
      for (auto turn = instance.turns.rbegin(); turn != instance.turns.rend(); ++turn)
        if ((rule.window ? turn->step : rule.pattern.steps[turn->step].binding) == expr.step)
          return variable_behind(turn->event, expr.field);
      return kNone;
    }
    return field >= 3 && field - 3 < rule.key.size() ? key_variable(field - 3) : kNone;
  }

  void unite(std::size_t kept, std::size_t other) {
    if (kept == other) return;
    for (SketchEvent& event : sketch_.events) std::replace(event.variables.begin(), event.variables.end(), other, kept);
    sketch_.variables[other].read = false;
  }

  const rules::RuleSet& set_;
  Shape shape_;
  Random& random_;
  std::string& why_;
  Sketch sketch_;
};

}  // namespace

events::TypeId emitted_by(const rules::OutputPlan& output) {
  if (const auto* emit = std::get_if<rules::EmitPlan>(&output.node)) return emit->type;
  if (const auto* alert = std::get_if<rules::AlertPlan>(&output.node)) return alert->event.type;
  return events::kNoType;
}

std::optional<Sketch> sketch(const rules::RuleSet& set, const rules::RulePlan& rule, Shape shape, bool timeout,
                             Random& random, std::string& why) {
  return Sketcher(set, shape, random, why)(rule, timeout);
}

}  // namespace tocsin::engine
