#include "matcher/picture.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

#include "rules/plan_text.hpp"
#include "rules/waiting.hpp"

namespace tocsin::matcher {

namespace {

using rules::kNoNumber;
using rules::Passed;
using rules::WaitingPoint;
using Shape = Picture::Shape;

std::string joined(const std::vector<std::string>& parts, std::string_view between = ", ") {
  return fmt::format("{}", fmt::join(parts, between));
}

/// How patterns and their parts are called.
struct Names {
  const rules::RulePlan& plan;
  const events::Schema& schema;

  std::string singles(const std::vector<rules::Single>& fits) const {
    std::vector<std::string> texts;
    for (const rules::Single& single : fits) texts.push_back(rules::dump(single, plan, schema));
    return joined(texts, " or ");
  }
  std::string step(std::uint32_t id) const {
    const rules::Step& step = plan.pattern.steps[id];
    return step.name.empty() ? singles(step.fits) : step.name + ": " + singles(step.fits);
  }
  /// Its name alone, or its types.
  std::string short_step(std::uint32_t id) const {
    const rules::Step& step = plan.pattern.steps[id];
    if (!step.name.empty()) return step.name;
    std::vector<std::string> types;
    for (const events::TypeId type : step.types) types.push_back(schema[type].name);
    return joined(types, "|");
  }
  std::string group(const rules::GroupShape& group) const {
    std::vector<std::string> steps;
    const std::uint32_t count = group.end_step - group.first_step;
    for (std::uint32_t i = 0; i < std::min(count, 3U); ++i) steps.push_back(short_step(group.first_step + i));
    return "(" + joined(steps, " ") + (count > 3 ? " …" : "") + ")";
  }
  std::string span(const rules::Absent& absent) const {
    if (const auto* constant = std::get_if<events::Duration>(&absent.span->value))
      return events::format_duration(*constant);
    return "(" + rules::text_of(*absent.span, plan, schema, events::kNoType) + ")";
  }
};

/// "at most 10s later", "5s to 10s later"; empty: any time.
std::string bound_text(std::int64_t least, std::int64_t most) {
  const std::string from = events::format_duration({least});
  if (most == std::numeric_limits<std::int64_t>::max()) return least > 0 ? ", " + from + " later or more" : "";
  const std::string to = events::format_duration({most});
  return least > 0 ? fmt::format(", {} to {} later", from, to) : fmt::format(", at most {} later", to);
}

class Drawing {
 public:
  Drawing(const Program& program, const rules::RulePlan& plan, const events::Schema& schema)
      : program_(program), plan_(plan), names_{plan, schema}, waiting_(rules::waiting_points(plan.pattern)) {}

  Picture run() {
    out_.rule = plan_.name;
    add_facts();
    add_sides();
    out_.nodes.push_back({"start", Shape::start, {}, 0});
    ways("start", waiting_.starts, "", ranks(waiting_.starts.size()));
    while (!to_draw_.empty()) {
      const std::uint32_t point = to_draw_.front();
      to_draw_.erase(to_draw_.begin());
      draw(point);
    }
    out_.nodes.push_back({"match", Shape::match, {}, 0});
    return std::move(out_);
  }

 private:
  /// Numbers edges of one node, where there are several.
  struct Ranks {
    bool several = false;
    int last = 0;
    std::string next() { return several ? fmt::format("{}.", ++last) : ""; }
  };
  static Ranks ranks(std::size_t edges) { return {edges > 1, 0}; }

  static std::string numbered(Ranks& rank, const std::string& text) {
    const std::string number = rank.next();
    return number.empty() || text.empty() ? number + text : number + " " + text;
  }

  void add_facts() {
    const auto add = [&](const char* name, std::string text) { out_.facts.push_back({name, std::move(text)}); };
    std::vector<std::string> types;
    for (const events::TypeId type : plan_.inputs)
      if (program_.takes(type)) types.push_back(names_.schema[type].name);
    std::vector<std::string> key;
    for (const rules::KeyPart& part : plan_.key) key.push_back(part.name);
    add("input", joined(types) + (key.empty() ? "" : ", by " + joined(key)));
    if (plan_.within) add("within", events::format_duration(*plan_.within) + " of the first event");
    using Mode = rules::Matching::Mode;
    add("matches", plan_.matching.mode == Mode::one ? "of each start the first to be complete, of those the preferred"
                   : plan_.matching.mode == Mode::all
                       ? "all"
                       : fmt::format("all, at most {} at one event", plan_.matching.most));
    using Policy = rules::AfterMatch::Policy;
    const rules::AfterMatch& after = plan_.after;
    if (after.policy != Policy::skip_past_last)
      add("after", after.policy == Policy::keep            ? "keep"
                   : after.policy == Policy::skip_to_next  ? "skip to next"
                   : after.policy == Policy::skip_to_first ? "skip to first " + names_.short_step(after.step)
                                                           : "skip to last " + names_.short_step(after.step));
    if (std::any_of(plan_.outputs.begin(), plan_.outputs.end(), [](const auto& output) { return output.timeout; }))
      add("timeouts", "of starts that time ends without a match");
    add("looks back", program_.looks_back ? "yes: conditions compare with events taken before" : "no");
  }

  void add_sides() {
    for (std::uint32_t i = 0; i < waiting_.boths.size(); ++i) {
      const rules::BothShape& both = waiting_.boths[i];
      for (std::uint32_t side = 0; side < both.sides; ++side)
        out_.sides.push_back({both.first_machine + side, both.machine, i + 1, side + 1});
    }
  }

  /// States are numbered as they are met.
  std::string state(std::uint32_t point) {
    return fmt::format("S{}", numbers_.try_emplace(point, numbers_.size()).first->second);
  }
  std::string join_of(std::uint32_t both) {
    const std::string name = fmt::format("J{}", both + 1);
    if (!joins_[both]) {
      joins_[both] = true;
      out_.nodes.push_back({name, Shape::join, {"all sides are over"}, waiting_.boths[both].machine});
      ways(name, waiting_.ended[both], "", ranks(waiting_.ended[both].size()));
    }
    return name;
  }
  /// The `and` that the machine is a side of.
  std::uint32_t both_of(std::uint32_t machine) const {
    for (std::uint32_t i = 0; i < waiting_.boths.size(); ++i) {
      const rules::BothShape& both = waiting_.boths[i];
      if (machine >= both.first_machine && machine < both.first_machine + both.sides) return i;
    }
    return kNoNumber;
  }

  /// Some end of the sides of this `and` has an absence or a loop that still holds behind it.
  bool holds_on(std::uint32_t number) const {
    if (number == kNoNumber) return false;
    const rules::BothShape& both = waiting_.boths[number];
    return std::any_of(waiting_.points.begin(), waiting_.points.end(), [&](const WaitingPoint& at) {
      return at.kind == WaitingPoint::Kind::end && at.machine >= both.first_machine &&
             at.machine < both.first_machine + both.sides && (!at.passed.empty() || holds_on(at.inherits));
    });
  }

  /// The node where the way ends; it is drawn if it isn't yet.
  std::string target(std::uint32_t point) {
    const WaitingPoint& at = waiting_.points[point];
    if (at.kind == WaitingPoint::Kind::end && at.passed.empty() && !holds_on(at.inherits))
      return at.machine == 0 ? "match" : join_of(both_of(at.machine));
    if (!known_[point]) {
      known_[point] = true;
      to_draw_.push_back(point);
    }
    return state(point);
  }

  /// What a way asks of turns of groups.
  std::string move_text(std::uint32_t number, bool& back) const {
    if (number == kNoNumber) return {};
    const rules::GroupMove& move = waiting_.moves[number];
    std::vector<std::string> parts;
    for (const std::uint32_t left : move.left) {
      const rules::GroupShape& group = waiting_.groups[left];
      if (group.min > 1) parts.push_back(fmt::format("after {} turns of {}", group.min, names_.group(group)));
    }
    if (move.turned != kNoNumber) {
      const rules::GroupShape& group = waiting_.groups[move.turned];
      parts.push_back("a further turn of " + names_.group(group) +
                      (group.max ? fmt::format(", up to {}", *group.max) : ""));
      back = true;
    }
    return joined(parts);
  }

  void ways(const std::string& from, const std::vector<rules::Way>& all, const std::string& what, Ranks&& rank) {
    ways(from, all, what, rank);
  }
  void ways(const std::string& from, const std::vector<rules::Way>& all, const std::string& what, Ranks& rank) {
    for (const rules::Way& way : all) {
      const std::string to = target(way.point);
      bool back = false;
      std::vector<std::string> parts;
      for (const std::string& part : {what, move_text(way.move, back), begun_text(way)})
        if (!part.empty()) parts.push_back(part);
      out_.edges.push_back({from, to, numbered(rank, joined(parts)), back});
      fork(way);
    }
  }

  /// Where the sides of an `and` begin.
  std::string begun_text(const rules::Way& way) {
    std::vector<std::string> states;
    for (const std::uint32_t side : way.sides) states.push_back(state(side));
    return states.empty() ? "" : "to " + joined(states, " and ");
  }

  /// From an `and` to where its sides begin.
  void fork(const rules::Way& way) {
    for (const std::uint32_t side : way.sides) {
      const std::string from = from_of_side(way, side);
      const std::string to = target(side);
      if (std::none_of(out_.edges.begin(), out_.edges.end(),
                       [&](const Picture::Edge& each) { return each.from == from && each.to == to; }))
        out_.edges.push_back({from, to, "", false});
    }
  }
  /// The `and` around a side: the way's own point, or one of its sides that is an `and` itself.
  std::string from_of_side(const rules::Way& way, std::uint32_t side) {
    const std::uint32_t both = both_of(waiting_.points[side].machine);
    for (const std::uint32_t other : way.sides) {
      const WaitingPoint& at = waiting_.points[other];
      if (at.kind == WaitingPoint::Kind::both && at.both == both) return state(other);
    }
    return state(way.point);
  }

  std::string passed_text(const Passed& passed, const WaitingPoint& at) const {
    const std::string before = passed.turn_before ? ", as of the turn before" : "";
    if (passed.kind == Passed::Kind::loop)
      return (passed.next_only ? "the next event is no further turn of " : "no further turn of ") +
             names_.short_step(passed.number) + (at.kind == WaitingPoint::Kind::end ? " until then" : " before that");
    const rules::Absent& absent = *waiting_.absences[passed.number];
    const std::string fits = names_.singles(absent.fits);
    const bool ends = at.kind == WaitingPoint::Kind::end;
    if (passed.next_only)
      return "the next event is not " + fits + before +
             (ends && at.machine == 0 ? ", or `within` ends without one" : "");
    if (absent.span && at.first) return "no " + fits + " for " + names_.span(absent) + " before it";
    if (absent.span) return (ends ? "no " : "first no ") + fits + " for " + names_.span(absent) + before;
    if (!ends) return "no " + fits + " before that" + before;
    return "no " + fits + before + (at.machine == 0 ? " until `within` ends" : " up to the event behind the `and`");
  }

  std::string how(const WaitingPoint& at) const {
    if (at.first) return at.machine == 0 ? "any that fits begins a match" : "any that fits";
    const std::string bound = bound_text(at.least_ns, at.most_ns);
    const std::string turn = at.further_turn ? "a further turn: " : "";
    if (at.arrow == rules::Arrow::next) return turn + "the very next event" + bound;
    return turn + (at.arrow == rules::Arrow::any ? "any that fits" : "the next that fits") + bound;
  }

  /// Of the loops and groups around a step.
  void add_limits(std::uint32_t step, std::uint32_t machine, std::vector<std::string>& lines) const {
    const auto until = [&](const rules::Loop& loop) {
      if (!loop.until.empty()) lines.push_back("until " + names_.singles(loop.until));
    };
    until(plan_.pattern.steps[step]);
    for (const std::uint32_t number : waiting_.steps[step].groups) {
      const rules::GroupShape& group = waiting_.groups[number];
      if (group.machine != machine) continue;
      until(*group.group);
      if (group.group->span)
        lines.push_back(fmt::format("within {} of the first event of {}", events::format_duration(*group.group->span),
                                    names_.group(group)));
    }
  }

  void draw(std::uint32_t point) {
    const WaitingPoint& at = waiting_.points[point];
    Picture::Node node{state(point), Shape::wait, {}, at.machine};
    if (at.kind == WaitingPoint::Kind::step) {
      std::vector<std::string> steps;
      for (const std::uint32_t step : at.steps) steps.push_back(names_.step(step));
      node.lines.push_back(joined(steps, "  or  "));
      node.lines.push_back(how(at));
    } else if (at.kind == WaitingPoint::Kind::both) {
      node.shape = Shape::fork;
      node.lines.push_back("all sides, in any order");
    } else {
      node.shape = Shape::quiet;
    }
    for (const Passed& passed : at.passed) node.lines.push_back(passed_text(passed, at));
    if (holds_on(at.inherits)) node.lines.emplace_back("what the sides ask at their ends");
    if (at.kind == WaitingPoint::Kind::step) add_limits(at.steps.front(), at.machine, node.lines);
    out_.nodes.push_back(std::move(node));
    if (at.kind == WaitingPoint::Kind::step) taken(point, at);
    if (at.kind == WaitingPoint::Kind::end) over(point, at);
  }

  /// The end of absences at the pattern's end, or at a side's.
  void over(std::uint32_t point, const WaitingPoint& at) {
    for (const Passed& passed : at.passed) {
      if (passed.kind == Passed::Kind::loop || !waiting_.absences[passed.number]->every) continue;
      const std::string every = events::format_duration(*waiting_.absences[passed.number]->every);
      out_.edges.push_back({state(point), "match", "1. when that is over", false});
      out_.edges.push_back({state(point), state(point), "2. again every " + every, true});
      return;
    }
    const std::string to = at.machine == 0 ? "match" : join_of(both_of(at.machine));
    out_.edges.push_back({state(point), to, "when that is over", false});
  }

  /// What follows from each of the steps that may take the event.
  void taken(std::uint32_t point, const WaitingPoint& at) {
    Ranks rank = ranks(2);
    std::size_t edges = 0;
    for (const bool counting : {true, false}) {
      if (!counting) rank = ranks(edges);
      for (const std::uint32_t step : at.steps) {
        const std::string what = at.steps.size() > 1 ? names_.short_step(step) : "";
        if (counting)
          edges += count_edges(at, step);
        else
          taken_by(state(point), at, step, what, rank);
      }
    }
  }

  struct Turns {
    bool again = false;
    bool leaves = false;
    bool may_be_full = false;
  };
  Turns turns_of(const WaitingPoint& at, const rules::Step& step) const {
    const bool further = at.further_turn;
    return {.again = !step.max || *step.max > (further ? 2U : 1U),
            .leaves = further || step.min <= 1,
            .may_be_full = step.greed == rules::Greed::possessive && step.max && (further || *step.max == 1)};
  }
  std::size_t count_edges(const WaitingPoint& at, std::uint32_t id) const {
    const rules::Step& step = plan_.pattern.steps[id];
    const Turns turns = turns_of(at, step);
    const auto& after = waiting_.after[id];
    const bool open = step.greed != rules::Greed::possessive || turns.again;
    return (turns.again ? 1 : 0) + (turns.leaves && open ? after.ways.size() : 0) +
           (turns.may_be_full ? after.full_ways.size() : 0);
  }

  void taken_by(const std::string& from, const WaitingPoint& at, std::uint32_t id, const std::string& what,
                Ranks& rank) {
    const rules::Step& step = plan_.pattern.steps[id];
    const Turns turns = turns_of(at, step);
    const auto& after = waiting_.after[id];
    const auto with = [&](const std::string& text) { return what + (what.empty() || text.empty() ? "" : ": ") + text; };
    const auto again = [&] {
      if (!turns.again) return;
      const std::string text = step.max ? fmt::format("a further turn, up to {}", *step.max) : "a further turn";
      out_.edges.push_back({from, target(after.again), numbered(rank, with(text)), true});
    };
    const auto leave = [&] {
      const bool fixed = step.max && *step.max == step.min;
      const bool many = at.further_turn && step.min > 1;
      const std::string count =
          many ? (fixed ? fmt::format("after {} turns", step.min) : fmt::format("from {} turns on", step.min)) : "";
      const bool open = step.greed != rules::Greed::possessive || turns.again;
      if (turns.leaves && open) ways(from, after.ways, with(count), rank);
      if (turns.may_be_full)
        ways(from, after.full_ways, with(step.loops() ? fmt::format("with all {} turns", *step.max) : ""), rank);
    };
    if (step.greed == rules::Greed::reluctant) {
      leave();
      again();
    } else {
      again();
      leave();
    }
  }

  const Program& program_;
  const rules::RulePlan& plan_;
  const Names names_;
  const rules::WaitingPoints waiting_;
  Picture out_;
  std::map<std::uint32_t, bool> known_;
  std::map<std::uint32_t, std::size_t> numbers_;
  std::map<std::uint32_t, bool> joins_;
  std::vector<std::uint32_t> to_draw_;
};

}  // namespace

Picture picture_of(const Program& program, const rules::RulePlan& plan, const events::Schema& schema) {
  return Drawing(program, plan, schema).run();
}

}  // namespace tocsin::matcher
