// From a window's result to what is put out: `when`, `if`, throttle, and the lives of alerts of one key.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "tests/oracle/windows.hpp"

namespace tocsin::oracle {

/// Where in the order of all outputs: of an event, or of a timer, which stands behind all events of its time.
struct Moment {
  events::Time time;
  std::optional<std::size_t> item{};  ///< place of the event in processing order
};

/// A row: an event, or a pair of events.
struct WindowRow {
  std::optional<std::size_t> sides[2];  ///< events by number of arrival; without a join only the first
  events::Time time;
};

struct WindowResult {
  enum class Kind : std::uint8_t { closed, moved, left, early, corrected, withdrawn, row };
  Kind kind = Kind::closed;
  std::size_t grain = 0;
  events::Time start, end;
  std::uint64_t number = 0;
  std::vector<WindowRow> rows;  ///< in order
  bool newest = true;           ///< of a correction: no later window was told
  bool told_before = false;     ///< of a correction
};

/// A message, or what it is to a life that several keys share.
struct Given {
  enum class To : std::uint8_t { message, join, leave };
  To to = To::message;
  Moment moment;
  std::vector<events::Value> key;
  std::size_t holder = 0;  ///< join, leave: grain
  events::Value value{};   ///< join, leave: what the life is of
  Told told;
};

class WindowOutputs {
 public:
  WindowOutputs(const rules::RulePlan& plan, const std::vector<Event>& events, std::vector<events::Value> key,
                std::vector<Given>& given, WindowOutcome& outcome);

  /// Whether the result is told: it has rows and `when` holds.
  bool take(const WindowResult& result, const Moment& moment);
  /// The next deadline of `hold` or `keep` behind `after`.
  events::Time next(events::Time after) const;
  void due(events::Time at);
  void forget(events::Time at);
  /// From now on nothing is resolved.
  void drain() { draining_ = true; }

 private:
  struct Life {
    bool firing = false;
    std::optional<events::Time> since_true{}, since_false{};
    Told latest{};  ///< as the latest evaluation that was true would tell it
    Told last{};    ///< told
    events::Value latest_value{}, value{};
    std::vector<events::Value> latest_each{};
  };
  struct Span {
    events::Time begin;
    std::uint64_t given = 0, suppressed = 0;
  };
  using LifeId = std::pair<std::size_t, std::size_t>;  ///< place, grain

  WindowView view_of(const WindowResult& result);
  Told told_of(const WindowResult& result, const WindowView& view, std::size_t place, const Moment& moment,
               bool withdrawn);
  bool passes(const std::vector<events::Value>& each, events::Time at, std::uint64_t& suppressed);
  void fire(LifeId id, Life& life, const Moment& moment, std::uint64_t suppressed);
  void resolve(LifeId id, Life& life, const Moment& moment, const std::string& reason);
  void put(const Moment& moment, Told told, std::size_t grain);
  std::vector<Valued> values_of(const rules::Aggregate& aggregate, const WindowResult& result);
  events::Value value_of(const rules::Expr& expr, const WindowView& view);
  bool is_true(const rules::Expr& expr, const WindowView& view);

  const rules::RulePlan& plan_;
  const std::vector<Event>& events_;
  std::vector<events::Value> key_;
  std::vector<Given>& given_;
  WindowOutcome& outcome_;
  std::map<LifeId, Life> lives_;
  std::vector<std::pair<std::vector<events::Value>, Span>> spans_;
  bool draining_ = false;
};

}  // namespace tocsin::oracle
