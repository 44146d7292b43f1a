// A sketch: the events that are to make a rule fire, with variables where their values are still free.
//
// A rule's pattern is walked once (generate_walk): each turn of a step becomes an event. An event of a derived type
// stands for a match of a rule that emits it, whose own events are sketched before it; its values are what that rule's
// output gives. Fields that a key ties together share one variable. What must hold of the variables is told by the
// instances; generate_world evaluates it, generate_search looks for values. A window rule's turns are the rows of one
// of its windows (generate_window). One thread; no state but the sketch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "events/assert.hpp"
#include "rules/plan.hpp"

namespace tocsin::engine {

inline constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// The same numbers for the same seed, with every standard library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// 0 … bound - 1; `bound` must not be 0.
  std::size_t below(std::size_t bound) {
    TOCSIN_ASSERT(bound > 0);
    return static_cast<std::size_t>(engine_() % bound);
  }
  bool chance(std::size_t percent) { return below(100) < percent; }

 private:
  std::mt19937_64 engine_;
};

/// How the values of a window's rows begin, one row after the other.
enum class Profile : std::uint8_t { level, rising, falling, zigzag };

struct Variable {
  enum class Role : std::uint8_t { field, key, gap, start };
  Role role = Role::field;
  events::Type type = events::Type::boolean;
  bool optional = false;
  bool read = true;  ///< by some rule
  std::string name;  ///< of its field
  events::Value value{};
  std::size_t row = 0;  ///< of a window: its place there
  Profile profile = Profile::level;
  std::size_t alike = kNone;  ///< those of one field of a window's rows have this in common
};

struct SketchEvent {
  events::TypeId type = events::kNoType;
  /// By field; kNone: not free (`@time`, `@id`, `@type`, all of a derived event).
  std::vector<std::size_t> variables;
  std::size_t gap = kNone;       ///< variable: the time since the event before; of a derived event none
  std::size_t instance = kNone;  ///< of a derived event: whose completion it is
  std::size_t output = 0;        ///< its place there
};

/// How far an event must lie behind that of turn `since` of the same match.
struct Span {
  std::size_t since = 0;
  rules::Bound bound;
};

/// An absence that counts from the event of turn `since`; kNone: back from the turn that it stands before.
struct Quiet {
  std::size_t since = kNone;
  const rules::Absent* absent = nullptr;
};

/// An event that an instance takes.
struct Turn {
  std::uint32_t step = 0;  ///< of a window rule: the side
  std::uint32_t fit = 0;   ///< of Step::fits, or Side::fits
  std::size_t event = 0;
  std::size_t after = kNone;                     ///< the turn before it, in its side of an `and`
  std::vector<std::uint32_t> begins{};           ///< bindings of the group whose turn begins here
  std::vector<const rules::Absent*> absences{};  ///< between the event before and this one
  std::vector<const rules::Absent*> next{};      ///< `=> not X`: this event must be none
  std::vector<Quiet> quiets{};                   ///< `not X for d`: must be over
  std::vector<Span> spans{};
  std::vector<const rules::Loop*> loops{};  ///< those with an `until` around it
  std::vector<std::uint32_t> left{};        ///< possessive steps that could go on: this event must be no turn of them
};

/// A match of a rule that is to come about, or a start of it that is to time out; or a window of it that is to be told.
struct Instance {
  const rules::RulePlan* rule = nullptr;
  std::vector<Turn> turns{};
  std::size_t output = kNone;     ///< the one that must be put out; kNone: any
  bool timeout = false;           ///< `turns` are the first of a match's
  std::vector<Span> ends{};       ///< timeout: the bounds of what is waited for
  std::vector<Quiet> closings{};  ///< absences at the pattern's end
  std::size_t herald = kNone;     ///< an event before all others: the rule is watching since
  std::optional<Turn> decider{};  ///< the event that decides a closing `=> not X`
  std::optional<Turn> ender{};    ///< an event after the match, which ends what `every` repeats, or shows the time
  const rules::Single* ending = nullptr;  ///< what `ender` fits; null: it needn't
  events::Duration grain{};               ///< of a rollup: the window's
  bool empty = false;                     ///< the window that is told is the first without rows, behind them
};

struct Sketch {
  std::vector<Variable> variables;
  std::vector<SketchEvent> events;  ///< in order of time
  std::vector<Instance> instances;  ///< those that give derived events before those that take them; the rule's own last
  std::size_t start = 0;            ///< variable: how far behind the scenario's base its first event is
};

/// How often loops turn, whether what is optional is there, and which side of an `or` is taken.
struct Shape {
  enum class Turns : std::uint8_t { lean, rich, random };
  Turns turns = Turns::lean;
  std::size_t side = 0;  ///< by number, modulo the sides; of random: by chance
};

/// A sketch of a match of `rule`, or of a timeout; none: it needs too many events, or a derived type that no running
/// rule emits, or nothing of it times out.
std::optional<Sketch> sketch(const rules::RuleSet& set, const rules::RulePlan& rule, Shape shape, bool timeout,
                             Random& random, std::string& why);

/// The type that an output's messages have as events; kNoType: no rule reads them.
events::TypeId emitted_by(const rules::OutputPlan& output);

}  // namespace tocsin::engine
