// What aggregates keep of the rows of a window: accumulators, as words that lie side by side in a block.
//
// A block is what one pane, window or stack entry of a window rule keeps: all the rule's accumulators. Aggregates share
// them: avg(x), sum(x) and count(x) read the same ones. A row is added to a block behind the rows that are in it; a
// block merges with one whose rows lie behind its own; both give the results that one pass over all rows gives (floats
// within rounding). What needs more than words lies in a KeptValues and is found by an index in the block.
// Sources: Chan, Golub, LeVeque 1983 (moments about a value of the data, merging); Neumaier 1974 (sums).
// One thread for each KeptValues; programs are immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/batch.hpp"
#include "events/bytes.hpp"
#include "matcher/code.hpp"
#include "rules/plan.hpp"
#include "rules/texts.hpp"

namespace tocsin::matcher {

struct Accumulator {
  enum class Kind : std::uint8_t {
    rows,    ///< number of rows: the first word of every block
    values,  ///< number of values that aren't null
    sum,     ///< of ints and durations: 128 bits; of floats: Neumaier's
    min,
    max,
    first,    ///< by time; of one time the one added first
    last,     ///< by time; of one time the one added last
    moments,  ///< sums of differences from the first value and of their squares
    line,     ///< the same of values and times, and of their products
    ewma,
    others,  ///< moments of all but the newest value, and it
    list,    ///< all values, by time
    counts,  ///< different values and how often
    hyperloglog,
    ddsketch,
    space_saving,
  };
  Kind kind = Kind::rows;
  events::Type type = events::Type::integer;  ///< of the argument
  std::uint32_t argument = 0;                 ///< index among the rule's arguments
  double parameter = 0;         ///< of ewma; of space_saving its capacity; of a list how many values it needs, 0: all
  std::uint32_t at = 0;         ///< its first word in the block
  std::uint32_t values_at = 0;  ///< the word with the number of its argument's values
  bool pooled = false;          ///< its values are texts that needn't be symbols: KeptValues has them
  bool timed = false;           ///< of a list: with the values' times
  bool operator==(const Accumulator&) const = default;
};

/// How an aggregate's value comes from accumulators.
struct AggregateValue {
  rules::AggregateFn fn = rules::AggregateFn::count;
  events::Type type = events::Type::integer;      ///< of the result
  events::Type argument = events::Type::integer;  ///< type of the argument
  std::vector<std::uint32_t> from;                ///< indices into AccumulatorSet::accumulators
  std::vector<events::Value> parameters;
};

/// The accumulators of one argument: those from `first` up to `end`, which isn't one.
struct ArgumentAccumulators {
  std::uint32_t argument = 0;
  std::uint32_t values_at = 0;
  std::uint32_t first = 0;
  std::uint32_t end = 0;
};

struct AccumulatorSet {
  /// Sets that most rules have are added to and merged by a way of their own: words are rows, values, sum.
  enum class Shape : std::uint8_t { any, rows, float_sum, int_sum };
  std::vector<Accumulator> accumulators;  ///< that of the rows, then by argument
  std::vector<ArgumentAccumulators> by_argument;
  std::vector<AggregateValue> values;  ///< parallel to WindowPlan::aggregates
  std::uint32_t words = 1;             ///< of a block; all 0 is a block of no row, and the first is the number of rows
  Shape shape = Shape::any;
  bool plain = true;          ///< no accumulator uses a KeptValues: blocks may be copied and dropped as they are
  bool out_of_order = false;  ///< rows may be added with a time before that of rows added already
  bool time_read = false;     ///< some accumulator reads the times of rows
};

/// `arguments`: for each of the plan's aggregates the index of its argument, and its type; for count() any.
/// `out_of_order`: for rules with `late`.
AccumulatorSet compile_accumulators(const rules::WindowPlan& window, const std::vector<std::uint32_t>& arguments,
                                    const std::vector<events::Type>& types, bool out_of_order);

/// For windows that rows leave one by one: what can take a row back exactly is kept in one block, the rest in stacks of
/// blocks that are merged. A block of `whole` is one of `dropped` with one of `stacked` behind it; it is only read.
/// What is approximate elsewhere is exact here, since the rows are kept anyway.
struct RollingAccumulators {
  AccumulatorSet dropped;
  AccumulatorSet stacked;
  AccumulatorSet whole;
};
RollingAccumulators compile_rolling_accumulators(const rules::WindowPlan& window,
                                                 const std::vector<std::uint32_t>& arguments,
                                                 const std::vector<events::Type>& types);

/// Lists, sets and sketches of the blocks of one rule in one partition, and the texts in them that are no symbols.
class KeptValues {
 public:
  explicit KeptValues(const events::SymbolTable& symbols);
  ~KeptValues();
  KeptValues(const KeptValues&) = delete;
  KeptValues& operator=(const KeptValues&) = delete;
  std::uint64_t bytes() const;
  struct Objects;
  Objects& objects() const { return *objects_; }
  const events::SymbolTable& symbols() const { return symbols_; }
  std::uint64_t cut = 0;  ///< values that a list or a set had no room for (kMaxListed); of a list the oldest go

 private:
  const events::SymbolTable& symbols_;
  std::unique_ptr<Objects> objects_;
};
/// Values that one list, or different ones that one set, may hold.
inline constexpr std::size_t kMaxListed = 1'000'000;

/// `arguments`: the row's values; texts that are made (Texts::is_made) are looked up in `texts` and kept.
void add_row(const AccumulatorSet& set, events::Slot* block, KeptValues& kept, const Cell* arguments, events::Time time,
             const rules::Texts& texts);
/// `later` stays as it is. Where set.out_of_order its rows may lie among those of `into`.
void merge_blocks(const AccumulatorSet& set, events::Slot* into, const events::Slot* later, KeptValues& kept);
/// Takes back the oldest row of a block of RollingAccumulators::dropped; `arguments` as it was added with.
void drop_oldest_row(const AccumulatorSet& dropped, events::Slot* block, KeptValues& kept, const Cell* arguments,
                     const rules::Texts& texts);
/// A block of no row; what it kept is freed.
void clear_block(const AccumulatorSet& set, events::Slot* block, KeptValues& kept);
/// The value of aggregate `index`. Texts and lists are stored in `texts`. `nulls` counts overflow and what isn't
/// finite.
Cell value_of(const AccumulatorSet& set, std::size_t index, const events::Slot* block, const KeptValues& kept,
              rules::Texts& texts, std::uint64_t& nulls);

/// Sets bit i of `held` for each symbol i in the block.
void mark_symbols(const AccumulatorSet& set, const events::Slot* block, const KeptValues& kept,
                  std::vector<std::uint64_t>& held);
/// Symbols as text; floats bit by bit, so that what follows is the same.
void write_block(const AccumulatorSet& set, const events::Slot* block, const KeptValues& kept, std::string& out);
/// Into a block of no row. Bytes that are none clear `in.good`.
void read_block(const AccumulatorSet& set, events::Slot* block, KeptValues& kept, events::ByteReader& in,
                events::SymbolTable& symbols);

}  // namespace tocsin::matcher
