// What a sketch comes to with the values its variables have: times, events with their values, and how far what must
// hold is from holding.
//
// sketch, values → events; constraints, each with a cost that is 0 where it holds. Conditions are evaluated by the
// house's own operators on constants. A cost tells how near a comparison is to holding, summed over `and`, the least
// over `or` (branch distance, as in search-based testing: Korel 1990, Tracey 1998). One thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/generate_sketch.hpp"

namespace tocsin::engine {

/// What an expression reads: the candidate, and what an instance took before it.
struct Frame {
  const Instance* instance = nullptr;
  std::size_t candidate = kNone;
  std::vector<std::vector<std::size_t>> taken;  ///< by step: events
  std::vector<std::size_t> current;             ///< by step: its event, of the group's current turn; kNone: none
};

/// Something that must hold: an expression of a frame, or a bare cost.
struct Unmet {
  const rules::Expr* expr = nullptr;
  bool want = true;
  Frame frame;
  std::size_t instance = kNone;
  std::size_t turn = kNone;
  bool of_time = false;  ///< events are too near or too far from each other
};

struct Score {
  std::size_t held = 0;  ///< constraints in order, up to the first that doesn't hold
  double cost = 0;       ///< of that one; 0: all hold
  bool solved() const { return cost == 0; }
  bool no_worse_than(const Score& other) const {
    return held != other.held ? held > other.held : solved() || (!other.solved() && cost <= other.cost);
  }
};

struct WindowTimes {
  events::Time start;
  events::Time end;
  events::Time completion;
};

class World {
 public:
  World(const rules::RuleSet& set, const Sketch& sketch, events::Time base);

  /// Takes the variables as they are now, and goes through the constraints in order up to the first that doesn't hold.
  /// `unmet`, if given, is told which.
  Score score(Unmet* unmet = nullptr);

  events::Value value(const rules::Expr& expr, const Frame& frame);
  /// 0: it is `want`. Else below 1 for each comparison in the way.
  double cost(const rules::Expr& expr, bool want, const Frame& frame);
  bool fits(const rules::Single& single, std::size_t event, Frame frame);

  events::Time base() const { return base_; }
  events::Time time(std::size_t event) const { return times_[event]; }
  const std::vector<events::Value>& values(std::size_t event) const { return values_[event]; }
  /// Of the instance, with all its turns taken.
  Frame complete(std::size_t instance) const;
  Frame before(std::size_t instance, std::size_t turn) const;
  /// When the instance is complete, by an event or by time.
  events::Time completion(std::size_t instance);
  /// When an absence is over; counted back from turn `of`: as it would be if that came as early as it may.
  events::Time over(std::size_t instance, const Quiet& quiet);
  /// The length of an absence; 0: it has none, or none above 0.
  events::Duration span_of(std::size_t instance, const Quiet& quiet, std::size_t turns);
  /// The first event of the input that `event` is, or stands for.
  std::size_t first_real(std::size_t event) const;
  /// The window that is to have all rows of the instance.
  WindowTimes window_of(const Instance& instance) const;
  /// Rows of a window: an event, of a join one of each side, the second kNone where there is none.
  using Row = std::array<std::size_t, 2>;
  std::vector<Row> rows_of(const Frame& frame);
  /// What expressions of a row read.
  static Frame frame_of(const Frame& frame, const Row& row);
  /// Nodes evaluated so far: what a search is bounded by.
  std::uint64_t work() const { return work_; }
  /// A try counts too, whether it evaluates anything or not.
  void spend() { ++work_; }

 private:
  /// A turn that waits until absences are over.
  struct Waiting {
    std::size_t instance = 0;
    std::size_t turn = 0;
  };

  void place();
  events::Time time_of(std::size_t event, events::Time now);
  void fill(std::size_t event);
  void derive(std::size_t event);
  void take(Frame& frame, const Turn& turn) const;
  events::Value field_of(const rules::Expr& expr, std::size_t event, const Frame& frame) const;
  events::Value aggregate(const rules::Expr& expr, const Frame& frame);
  events::Value key_part(const Instance& instance, std::size_t event, std::size_t part);
  events::Value lookup(const rules::Expr& expr, const Frame& frame);
  events::Value window_value(const rules::Aggregate& aggregate, const Frame& frame);
  events::Time window_completion(const Instance& instance) const;
  events::Time told_alone(const Instance& instance) const;
  double out_of_window(const Instance& instance, std::size_t number) const;
  bool window_holds(std::size_t instance, Frame& frame, Score& score, Unmet* unmet);
  double key_cost(const Instance& instance, const Turn& turn);
  double output_cost(const Instance& instance, const Frame& frame, const rules::Expr*& which);
  double absence_cost(const std::vector<rules::Single>& fits, std::size_t event, const Frame& frame,
                      const rules::Expr*& which);
  bool turn_holds(std::size_t instance, std::size_t turn, Frame& frame, Score& score, Unmet* unmet);
  bool times_hold(std::size_t instance, std::size_t turn, const Frame& frame, Score& score, Unmet* unmet);
  bool left_alone(std::size_t instance, std::size_t turn, const Frame& frame, Score& score, Unmet* unmet);
  bool ending_holds(std::size_t instance, Frame& frame, Score& score, Unmet* unmet);

  const rules::RuleSet& set_;
  const Sketch& sketch_;
  events::Time base_;
  std::vector<events::Time> times_;                 ///< by event
  std::vector<std::vector<events::Value>> values_;  ///< by event
  std::vector<std::vector<Waiting>> waiting_;       ///< by event
  std::uint64_t work_ = 0;
};

/// A number of a value that is one: int, float, time, duration, severity. Else NaN.
double as_number(const events::Value& value);

/// As one of type `to`: an int where a float is asked for.
events::Value converted(events::Value value, events::Type to);

/// How far `l op r` is from being `want`, in (0, 1); 1 where the sides can't be measured.
double distance(rules::Op op, bool want, double l, double r);

}  // namespace tocsin::engine
