#include "engine/generate_sketch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rules/overloaded.hpp"

namespace tocsin::engine {

namespace {

using rules::overloaded;
using rules::RulePlan;

constexpr std::size_t kMostEvents = 5000;

/// An output that gives an event of some type.
struct Emission {
  const RulePlan* rule = nullptr;
  std::size_t output = 0;
};

void steps_in(const std::vector<rules::Element>& elements, std::vector<std::uint32_t>& steps) {
  for (const rules::Element& element : elements) {
    if (const auto* take = std::get_if<rules::Take>(&element.node)) steps.push_back(take->step);
    if (const auto* group = std::get_if<rules::Group>(&element.node)) steps_in(group->elements, steps);
  }
}

class Sketcher {
 public:
  Sketcher(const rules::RuleSet& set, Shape shape, Random& random, std::string& why)
      : set_(set), shape_(shape), random_(random), why_(why) {}

  std::optional<Sketch> operator()(const RulePlan& rule) {
    sketch_.start = add_variable({.role = Variable::Role::start, .type = events::Type::duration, .name = "start"});
    if (!add_instance(rule, kNone)) return std::nullopt;
    return std::move(sketch_);
  }

 private:
  /// What is on the way to the next event of an instance.
  struct Walk {
    Instance instance;
    Turn next;
    std::vector<std::size_t> key;  ///< variable of each part of the key; kNone: not yet known, or none
  };

  bool fail(std::string why) {
    why_ = std::move(why);
    return false;
  }

  std::size_t add_variable(Variable variable) {
    sketch_.variables.push_back(std::move(variable));
    return sketch_.variables.size() - 1;
  }

  bool add_instance(const RulePlan& rule, std::size_t output) {
    Walk walk;
    walk.instance.rule = &rule;
    walk.instance.output = output;
    walk.key.assign(rule.key.size(), kNone);
    if (!add_elements(rule.pattern.elements, walk)) return false;
    if (walk.instance.turns.empty()) return fail("its pattern takes no event");
    sketch_.instances.push_back(std::move(walk.instance));
    return true;
  }

  std::uint32_t turns(std::uint32_t min, std::optional<std::uint32_t> max) {
    std::uint32_t more = 0;
    if (shape_ == Shape::rich) more = 1;
    if (shape_ == Shape::random) more = static_cast<std::uint32_t>(random_.below(3));
    return max ? std::min(*max, min + more) : min + more;
  }

  bool add_elements(const std::vector<rules::Element>& elements, Walk& walk) {
    return std::all_of(elements.begin(), elements.end(), [&](const rules::Element& element) {
      return std::visit(overloaded{[&](const rules::Take& take) { return add_step(take.step, walk); },
                                   [&](const rules::Absent& absent) {
                                     auto& list =
                                         element.arrow == rules::Arrow::next ? walk.next.next : walk.next.absences;
                                     list.push_back(&absent);
                                     return true;
                                   },
                                   [&](const rules::Group& group) { return add_group(group, walk); },
                                   [&](const rules::Either& either) { return add_step(either.takes[0].step, walk); },
                                   [&](const rules::Choice& choice) { return add_elements(choice.sides[0], walk); },
                                   [&](const rules::Both& both) {
                                     return std::all_of(both.sides.begin(), both.sides.end(),
                                                        [&](const auto& side) { return add_elements(side, walk); });
                                   }},
                        element.node);
    });
  }

  bool add_group(const rules::Group& group, Walk& walk) {
    for (std::uint32_t left = turns(group.min, group.max); left > 0; --left) {
      steps_in(group.elements, walk.next.begins);
      if (!add_elements(group.elements, walk)) return false;
    }
    return true;
  }

  bool add_step(std::uint32_t step, Walk& walk) {
    const rules::Step& plan = walk.instance.rule->pattern.steps[step];
    for (std::uint32_t left = turns(plan.min, plan.max); left > 0; --left) {
      const std::size_t fit = shape_ == Shape::lean ? 0 : random_.below(plan.fits.size());
      if (!add_event(plan.fits[fit].type)) return false;
      walk.next.step = step;
      walk.next.fit = static_cast<std::uint32_t>(fit);
      walk.next.event = sketch_.events.size() - 1;
      tie_key(walk);
      walk.instance.turns.push_back(std::move(walk.next));
      walk.next = {};
    }
    return true;
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
    const Emission& emission = emissions[shape_ == Shape::lean ? 0 : random_.below(emissions.size())];
    if (!add_instance(*emission.rule, emission.output)) return false;
    SketchEvent event;
    event.type = type;
    event.variables.assign(set_.schema[type].fields.size(), kNone);
    event.instance = sketch_.instances.size() - 1;
    event.output = emission.output;
    sketch_.events.push_back(std::move(event));
    return true;
  }

  /// The turn's event has the key of those before it.
  void tie_key(Walk& walk) {
    const RulePlan& rule = *walk.instance.rule;
    const events::TypeId type = sketch_.events[walk.next.event].type;
    const auto place = std::lower_bound(rule.inputs.begin(), rule.inputs.end(), type) - rule.inputs.begin();
    for (std::size_t part = 0; part < rule.key.size(); ++part) {
      const std::uint32_t field = rule.key[part].field[static_cast<std::size_t>(place)];
      if (field == rules::kNoField) continue;
      const std::size_t variable = variable_behind(walk.next.event, field);
      if (variable == kNone) continue;
      Variable& own = sketch_.variables[variable];
      own.optional = false;
      if (own.role == Variable::Role::field) own.role = Variable::Role::key;
      if (walk.key[part] == kNone)
        walk.key[part] = variable;
      else
        unite(walk.key[part], variable);
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
        if (turn->step == expr.step) return variable_behind(turn->event, expr.field);
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

std::optional<Sketch> sketch(const rules::RuleSet& set, const rules::RulePlan& rule, Shape shape, Random& random,
                             std::string& why) {
  return Sketcher(set, shape, random, why)(rule);
}

}  // namespace tocsin::engine
