// `match`: what is written → the plan's elements and steps. What may stand where is in check_shape.cpp.
//
// Steps are numbered before any condition is read (check_conditions.cpp), so that a step that comes later is told from
// one that isn't there. Parentheses without turns and span of their own leave: their elements take their place, and so
// do the sides of an `or` in an `or`, of an `and` in an `and`. An `or` of single events is one step where its sides
// have one name or none, steps at one place where they differ, and a choice of patterns where a side is more than an
// event.
#include "rules/check_pattern.hpp"

#include <algorithm>
#include <map>

#include "rules/check_parentheses.hpp"
#include "rules/check_sides.hpp"
#include "rules/elements.hpp"

namespace tocsin::rules::checking {
namespace {

/// What stands before an element: its own arrow, or at the head of a group or side that of the whole.
struct Link {
  std::optional<Arrow> arrow{};
  std::optional<Bound> bound{};
  bool bounded = false;  ///< a bound is written
  Span place{};
};

std::vector<events::TypeId> types_of(const std::vector<Single>& fits) {
  std::vector<events::TypeId> types;
  for (const Single& single : fits) types.push_back(single.type);
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

/// Written elements → the plan's, without conditions.
struct Declaring {
  Draft& draft;
  RuleDraft& rule;
  Pattern& pattern;
  TypesNamed types{draft, rule};
  Parentheses parentheses{draft, rule};
  std::vector<std::uint32_t> groups{};  ///< around, outer before inner
  std::vector<SideDraft> sides{};       ///< around, outer before inner
  std::vector<Pending> pending{};
  std::map<std::string_view, NamePlaces> named{};

  std::uint32_t steps() const { return static_cast<std::uint32_t>(pattern.steps.size()); }

  // ---- events

  Pending later(Pending::Of of, std::uint32_t target) const {
    Pending one;
    one.of = of;
    one.target = target;
    one.before = steps();
    one.groups = groups;
    one.sides = sides;
    return one;
  }

  void add_singles(const syntax::EventRef& event, std::vector<events::TypeId> of, std::vector<Single>& fits,
                   Pending condition) {
    condition.first = fits.size();
    for (const events::TypeId type : of) fits.emplace_back().type = type;
    if (!event.condition) return;
    condition.written = &event;
    condition.types = std::move(of);
    pending.push_back(std::move(condition));
  }

  // ---- steps

  /// Steps of one name on sides of an `or` are bound as the first of them.
  void name_step(const syntax::Name& name, std::uint32_t id) {
    NamePlaces& places = named[name.text];
    if (const std::optional<std::uint32_t> other = places.add(id, sides, rule.splits)) {
      also(error(draft, "E0301", name.span, "two steps are called " + quoted(name.text), "second step of this name"),
           rule.step_places[*other], "the first one");
      return;
    }
    pattern.steps[id].name = name.text;
    pattern.steps[id].binding = places.first();
  }

  /// One step of several events: the sides of an `or` of one name.
  Take step(const std::vector<const syntax::Step*>& written) {
    const std::uint32_t id = steps();
    const syntax::Step& first = *written.front();
    Step step;
    for (const syntax::Step* each : written)
      add_singles(each->event, types.of(each->event), step.fits, later(Pending::Of::step, id));
    std::vector<Span>& places = rule.fit_places.emplace_back();
    for (const syntax::Step* each : written)
      for (const Span place : types.places(each->event)) places.push_back(place);
    step.binding = id;
    step.types = types_of(step.fits);
    const std::optional<syntax::Quantifier>& quantifier = first.quantifier;
    static_cast<Loop&>(step) = check_loop(draft, parentheses.turns_of(quantifier), quantifier, first.loop);
    if (quantifier && first.loop.until)
      until(*first.loop.until, step.types, step.until, later(Pending::Of::step_until, id));
    step.in_looping_group =
        std::any_of(groups.begin(), groups.end(), [&](std::uint32_t group) { return rule.groups[group].looped; });
    rule.step_places.push_back(first.name ? first.name->span : first.event.span);
    rule.groups_around.push_back(groups);
    rule.sides_around.push_back(sides);
    pattern.steps.push_back(std::move(step));
    if (first.name) name_step(*first.name, id);
    return Take{id};
  }

  /// `own`: the types of the loop, where none is named.
  void until(const syntax::Until& written, const std::vector<events::TypeId>& own, std::vector<Single>& fits,
             Pending condition) {
    const bool named_types = written.event.any || !written.event.types.empty();
    add_singles(written.event, named_types ? types.of(written.event) : own, fits, std::move(condition));
  }

  // ---- absences

  Absent absent(const syntax::Absent& written, const Link& link, Span place) {
    const auto number = static_cast<std::uint32_t>(rule.absences.size());
    Absent none;
    for (const syntax::EventRef& event : written.events)
      add_singles(event, types.of(event), none.fits, later(Pending::Of::absence, number));
    if (written.span) lasting(*written.span, none, number);
    if (written.every) none.every = check_period(draft, *written.every, "the time from match to match");
    rule.absences.push_back({&written, place, {}});
    for (const syntax::EventRef& event : written.events)
      for (const Span named_at : types.places(event)) rule.absences.back().fit_places.push_back(named_at);
    refuse_link(written, link, place);
    return none;
  }

  void lasting(const std::variant<syntax::DurationOf, syntax::Expr>& written, Absent& none, std::uint32_t number) {
    if (const auto* expr = std::get_if<syntax::Expr>(&written)) {
      Pending span = later(Pending::Of::span, number);
      span.span = expr;
      pending.push_back(std::move(span));
    } else if (const auto length =
                   check_period(draft, std::get<syntax::DurationOf>(written), "the time of an absence")) {
      none.span = constant(*length);
    } else {
      rule.partial = true;
    }
  }

  /// What stands before a `not` says where the event isn't: anywhere up to the next one, or right there.
  void refuse_link(const syntax::Absent& written, const Link& link, Span place) const {
    if (link.arrow == Arrow::any) {
      Diagnostic& problem =
          error(draft, "E0323", link.place, "`~>` can't stand before `not`", "nothing is skipped here");
      help(problem, "`-> not X` is anywhere up to the next event taken, `=> not X` right after");
    } else if (link.bounded) {
      Diagnostic& problem = error(draft, "E0323", link.place, "an arrow before `not` takes no bound", "of no event");
      also(problem, place, "no event is taken here");
      help(problem, "how long it lasts is said behind it: `-> not X for 10m`");
    }
    if (link.arrow == Arrow::next && written.span) {
      Diagnostic& problem =
          error(draft, "E0321", written.for_span, "`=> not` speaks of the next event only", "for any length of time");
      help(problem, "`-> not X for 10m` lasts, `=> not X` is right after");
    }
  }

  // ---- groups and sides

  void group(const syntax::Group& written, const Link& link, Span place, std::vector<Element>& out) {
    if (parentheses.is_mere(written)) {
      if (written.span) check_length(draft, *written.span, "the span of a group");
      elements(written.elements, out, link);
      return;
    }
    const auto id = static_cast<std::uint32_t>(rule.groups.size());
    const std::uint32_t first = steps();
    Group group;
    static_cast<Loop&>(group) =
        check_loop(draft, parentheses.turns_of(written.quantifier), written.quantifier, written.loop);
    rule.groups.push_back({group.min == 0, group.loops()});
    rule.group_places.push_back(place);
    groups.push_back(id);
    if (written.span) group.span = check_length(draft, *written.span, "the span of a group");
    elements(written.elements, group.elements, link);
    if (!group.elements.empty()) {
      group.elements.front().arrow.reset();
      group.elements.front().bound.reset();
    }
    if (written.quantifier && written.loop.until) group_until(*written.loop.until, group, id, first);
    groups.pop_back();
    if (may_take_nothing(pattern, group.elements)) group.min = 0;  // such a turn counts as all that are asked for
    rule.groups[id].optional = group.min == 0;
    add(out, link, std::move(group));
  }

  void group_until(const syntax::Until& written, Group& group, std::uint32_t id, std::uint32_t first) {
    std::vector<Single> taken;
    for (std::uint32_t step = first; step < steps(); ++step)
      taken.insert(taken.end(), pattern.steps[step].fits.begin(), pattern.steps[step].fits.end());
    until(written, types_of(taken), group.until, later(Pending::Of::group_until, id));
  }

  template <class Joined>
  Joined joined(const std::vector<const syntax::Element*>& written, Split kind, const Link& link) {
    Joined out;
    const auto split = static_cast<std::uint32_t>(rule.splits.size());
    rule.splits.push_back(kind);
    for (const syntax::Element* side : written) {
      sides.push_back({split, static_cast<std::uint32_t>(out.sides.size())});
      std::vector<Element>& place = out.sides.emplace_back();
      std::vector<Element> made;
      element(*side, link, made);
      if (!made.empty()) {
        made.front().arrow.reset();
        made.front().bound.reset();
      }
      place = std::move(made);
      sides.pop_back();
    }
    return out;
  }

  void choice(const syntax::Choice& written, const Link& link, std::vector<Element>& out) {
    std::vector<const syntax::Element*> flat;
    parentheses.flatten<syntax::Choice>(written.sides, flat);
    std::vector<const syntax::Step*> singles;
    for (const syntax::Element* side : flat)
      if (const syntax::Step* step = parentheses.single(*side)) singles.push_back(step);
    if (singles.size() == flat.size())
      either(singles, link, out);
    else
      add(out, link, joined<Choice>(flat, Split::either, link));
  }

  void both(const syntax::Both& written, const Link& link, std::vector<Element>& out) {
    std::vector<const syntax::Element*> flat;
    parentheses.flatten<syntax::Both>(written.sides, flat);
    add(out, link, joined<Both>(flat, Split::both, link));
  }

  /// An `or` of single events.
  void either(const std::vector<const syntax::Step*>& written, const Link& link, std::vector<Element>& out) {
    const auto named_alike = joined_by_name(written);
    if (named_alike.size() == 1) {
      add(out, link, step(written));
      return;
    }
    Either either;
    const auto split = static_cast<std::uint32_t>(rule.splits.size());
    rule.splits.push_back(Split::either);
    for (const auto& alike : named_alike) {
      sides.push_back({split, static_cast<std::uint32_t>(either.takes.size())});
      either.takes.push_back(step(alike));
      sides.pop_back();
    }
    add(out, link, std::move(either));
  }

  // ---- elements

  template <class Node>
  static void add(std::vector<Element>& out, const Link& link, Node node) {
    Element& element = out.emplace_back();
    element.arrow = link.arrow;
    element.bound = link.bound;
    element.node = std::move(node);
  }

  void element(const syntax::Element& written, const Link& link, std::vector<Element>& out) {
    std::visit(overloaded{
                   [&](const syntax::Step& node) { add(out, link, step({&node})); },
                   [&](const syntax::Absent& node) { add(out, link, absent(node, link, written.span)); },
                   [&](const syntax::Group& node) { group(node, link, written.span, out); },
                   [&](const syntax::Choice& node) { choice(node, link, out); },
                   [&](const syntax::Both& node) { both(node, link, out); },
               },
               written.node);
  }

  Link link_of(const syntax::Element& written) const {
    Link link;
    link.place = written.arrow_span;
    link.bounded = written.bound.has_value();
    if (written.arrow == syntax::Arrow::followed_by) link.arrow = Arrow::followed_by;
    if (written.arrow == syntax::Arrow::next) link.arrow = Arrow::next;
    if (written.arrow == syntax::Arrow::any) link.arrow = Arrow::any;
    if (written.bound) link.bound = check_bound(draft, *written.bound);
    return link;
  }

  /// `head`: what stands before the first of them.
  void elements(const std::vector<syntax::Element>& written, std::vector<Element>& out, const Link& head) {
    for (const syntax::Element& each : written) element(each, &each == &written.front() ? head : link_of(each), out);
  }

  /// A binding has the types of all its steps, and may have several events where one of them may.
  void unite_bindings() {
    for (Step& step : pattern.steps) {
      Step& first = pattern.steps[step.binding];
      if (&first == &step) continue;
      first.types.insert(first.types.end(), step.types.begin(), step.types.end());
      std::sort(first.types.begin(), first.types.end());
      first.types.erase(std::unique(first.types.begin(), first.types.end()), first.types.end());
      first.in_looping_group = first.in_looping_group || step.in_looping_group;
    }
    for (Step& step : pattern.steps) step.in_looping_group = pattern.steps[step.binding].in_looping_group;
  }
};

}  // namespace

void check_pattern(Draft& draft, RuleDraft& rule) {
  Declaring declaring{draft, rule, rule.plan.pattern};
  refuse_misplaced(draft, rule.match->pattern.elements);
  declaring.elements(rule.match->pattern.elements, rule.plan.pattern.elements, {});
  declaring.unite_bindings();
  judge_pending(draft, rule, declaring.pending);
  check_policies(draft, rule);
  check_shape(draft, rule);
}

}  // namespace tocsin::rules::checking
