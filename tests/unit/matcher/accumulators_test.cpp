// What each aggregate gives, by hand: values, nulls, overflow, edges; and 10^8 values with a large offset.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/unit/matcher/accumulating.hpp"

namespace tocsin::matcher {
namespace {

using events::Duration;
using events::Severity;
using events::Type;
using events::Value;
using rules::AggregateFn;
using namespace std::string_literals;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kSecondNs = 1'000'000'000;
const Value kNull{};

Value whole(std::int64_t value) { return value; }
Value list(Type type, const std::vector<Value>& items) { return events::make_list(type, items); }

struct Case {
  TestAggregate aggregate;
  Type type;
  std::vector<Value> values;  ///< a second apart, from 1'700'000'000 on
  Value expected;
  std::uint64_t nulls = 0;           ///< counted in one evaluation
  std::vector<double> seconds = {};  ///< where the times aren't 0, 1, 2 …
};

std::string text_of(const Case& of) {
  std::string text(name_of(of.aggregate.fn));
  for (const Value& parameter : of.aggregate.parameters) text += " " + to_text(parameter);
  text += " of";
  for (const Value& value : of.values) text += " " + to_text(value);
  return text;
}

void expect_cases(const std::vector<Case>& cases) {
  std::mt19937_64 random(1);
  for (const Case& of : cases) {
    std::vector<TestRow> rows;
    for (std::size_t i = 0; i < of.values.size(); ++i) {
      const double seconds = of.seconds.empty() ? static_cast<double>(i) : of.seconds[i];
      rows.push_back({1'700'000'000 * kSecondNs + static_cast<std::int64_t>(seconds * 1e9), of.values[i]});
    }
    for (const bool out_of_order : {false, true}) {
      Accumulating accumulating({of.aggregate}, of.type, false, out_of_order);
      const Value got = accumulating.in_one_pass(rows)[0];
      EXPECT_EQ(got, of.expected) << text_of(of) << ": expected " << to_text(of.expected) << ", got " << to_text(got);
      EXPECT_EQ(accumulating.nulls, of.nulls) << text_of(of);
      const Value merged = accumulating.in_pieces(rows, random)[0];
      EXPECT_EQ(merged, of.expected) << text_of(of) << ", merged: got " << to_text(merged);
    }
    if (rows.empty()) continue;
    const Value rolling = rolled({of.aggregate}, of.type, false, rows, rows.size()).back()[0];
    EXPECT_EQ(rolling, of.expected) << text_of(of) << ", rolling: got " << to_text(rolling);
  }
}

TEST(Accumulators, CountsSumsAndAverages) {
  constexpr Type kInt = Type::integer;
  constexpr Type kFloat = Type::floating;
  constexpr Type kDuration = Type::duration;
  expect_cases({
      {{AggregateFn::count, {}, true}, kInt, {}, whole(0)},
      {{AggregateFn::count, {}, true}, kInt, {whole(1), kNull}, whole(2)},
      {{AggregateFn::count}, kInt, {whole(1), kNull, whole(1)}, whole(2)},
      {{AggregateFn::sum}, kInt, {}, whole(0)},
      {{AggregateFn::sum}, kInt, {kNull}, whole(0)},
      {{AggregateFn::sum}, kInt, {whole(kMost), whole(1), whole(-2)}, whole(kMost - 1)},
      {{AggregateFn::sum}, kInt, {whole(kMost), whole(1)}, kNull, 1},
      {{AggregateFn::sum}, kInt, {whole(kLeast), whole(-1)}, kNull, 1},
      {{AggregateFn::sum}, kFloat, {}, 0.0},
      {{AggregateFn::sum}, kFloat, {1.0, 1e100, 1.0, -1e100}, 2.0},
      {{AggregateFn::sum}, kFloat, {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}, 1.0},
      {{AggregateFn::sum}, kFloat, {1e308, 1e308}, kNull, 1},
      {{AggregateFn::sum}, kDuration, {Duration{5}, kNull, Duration{-7}}, Duration{-2}},
      {{AggregateFn::avg}, kInt, {kNull}, kNull},
      {{AggregateFn::avg}, kInt, {whole(1), whole(2)}, 1.5},
      {{AggregateFn::avg}, kInt, {whole(kMost), whole(kMost)}, 9223372036854775807.0},
      {{AggregateFn::avg}, kInt, {whole(kMost), whole(kLeast)}, -0.5},
      {{AggregateFn::avg}, kFloat, {20.5, kNull, 21.5}, 21.0},
      {{AggregateFn::avg}, kFloat, {1e308, 1e308}, kNull, 1},
      {{AggregateFn::avg}, kDuration, {Duration{1}, Duration{2}}, Duration{2}},
      {{AggregateFn::avg}, kDuration, {Duration{-1}, Duration{-2}}, Duration{-2}},
      {{AggregateFn::avg}, kDuration, {Duration{1}, Duration{1}, Duration{2}}, Duration{1}},
      {{AggregateFn::avg}, kDuration, {Duration{kMost}, Duration{kMost}}, Duration{kMost}},
  });
}

TEST(Accumulators, ExtremesAndEnds) {
  expect_cases({
      {{AggregateFn::min}, Type::integer, {kNull}, kNull},
      {{AggregateFn::min}, Type::integer, {whole(3), whole(-4), kNull}, whole(-4)},
      {{AggregateFn::max}, Type::integer, {whole(kLeast), whole(kMost)}, whole(kMost)},
      {{AggregateFn::min}, Type::floating, {1.5, -2.5, -0.5}, -2.5},
      {{AggregateFn::max}, Type::floating, {-1.5, -2.5}, -1.5},
      {{AggregateFn::max}, Type::severity, {Severity::low, Severity::high, Severity::info}, Severity::high},
      {{AggregateFn::min}, Type::time, {events::Time{7}, events::Time{-7}}, events::Time{-7}},
      {{AggregateFn::max}, Type::boolean, {false, true, false}, true},
      {{AggregateFn::first}, Type::string, {kNull, "b"s, "a"s, kNull}, "b"s},
      {{AggregateFn::last}, Type::string, {kNull, "b"s, "a"s, kNull}, "a"s},
      {{AggregateFn::last}, Type::string, {}, kNull},
      {{AggregateFn::first}, Type::integer, {whole(1), whole(2)}, whole(1), 0, {0, 0}},
      {{AggregateFn::last}, Type::integer, {whole(1), whole(2)}, whole(2), 0, {0, 0}},
      {{AggregateFn::distinct}, Type::floating, {0.0, -0.0, 1.0, kNull}, whole(2)},
      {{AggregateFn::distinct}, Type::string, {"a"s, "b"s, "a"s}, whole(2)},
      {{AggregateFn::distinct}, Type::string, {kNull}, kNull},
      {{AggregateFn::collect}, Type::string, {}, list(Type::string, {})},
      {{AggregateFn::collect}, Type::string, {"b"s, kNull, "a"s}, list(Type::string, {"b"s, "a"s})},
      {{AggregateFn::collect}, Type::boolean, {true, false}, list(Type::boolean, {true, false})},
  });
}

TEST(Accumulators, SpreadsAndRanks) {
  constexpr Type kInt = Type::integer;
  constexpr Type kFloat = Type::floating;
  const std::vector<Value> eight{2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0};
  const std::vector<Value> squares{whole(1), whole(4), whole(9), whole(16), whole(25)};
  expect_cases({
      {{AggregateFn::variance}, kFloat, eight, 4.0},
      {{AggregateFn::stddev}, kFloat, eight, 2.0},
      {{AggregateFn::variance}, kFloat, {3.5}, 0.0},
      {{AggregateFn::variance}, kFloat, {kNull}, kNull},
      {{AggregateFn::variance}, kInt, {whole(kMost), whole(kMost - 2)}, 1.0},
      {{AggregateFn::variance}, kFloat, {0.1, 0.1, 0.1}, 0.0},
      {{AggregateFn::variance}, kFloat, {1e200, -1e200}, kNull, 1},
      {{AggregateFn::median}, kInt, squares, 9.0},
      {{AggregateFn::median}, kInt, {whole(1), whole(2)}, 1.5},
      {{AggregateFn::median}, kInt, {whole(kMost), whole(kMost - 1)}, 9223372036854775807.0},
      {{AggregateFn::median}, kFloat, {0.3, 0.1}, 0.2},
      {{AggregateFn::median}, kFloat, {1.5e308, 1.7e308}, 1.6e308},
      {{AggregateFn::median}, Type::duration, {Duration{1}, Duration{2}}, Duration{2}},
      {{AggregateFn::median}, Type::duration, {Duration{-1}, Duration{-2}}, Duration{-2}},
      {{AggregateFn::percentile, {whole(0)}}, kInt, squares, 1.0},
      {{AggregateFn::percentile, {whole(100)}}, kInt, squares, 25.0},
      {{AggregateFn::percentile, {whole(25)}}, kInt, squares, 4.0},
      {{AggregateFn::percentile, {whole(90)}}, kInt, squares, 16 + 0.6 * 9},
      {{AggregateFn::percentile, {37.5}}, kInt, squares, 6.5},
      {{AggregateFn::percentile, {whole(99)}}, kInt, {}, kNull},
      {{AggregateFn::mad}, kInt, {whole(1), whole(1), whole(2), whole(2), whole(4), whole(6), whole(9)}, 1.0},
      {{AggregateFn::mad}, kFloat, {1.0, 2.0, 4.0, 8.0}, 1.5},
      {{AggregateFn::mad}, kFloat, {7.0}, 0.0},
  });
}

TEST(Accumulators, Series) {
  constexpr Type kFloat = Type::floating;
  const Value lag1 = whole(1);
  expect_cases({
      {{AggregateFn::slope}, kFloat, {1.0, 3.0, 5.0}, 2.0},
      {{AggregateFn::slope}, kFloat, {1.0, 3.0, 5.0}, 0.5, 0, {0, 4, 8}},
      {{AggregateFn::slope}, kFloat, {1.0}, kNull},
      {{AggregateFn::slope}, kFloat, {1.0, 2.0}, kNull, 0, {3, 3}},
      {{AggregateFn::slope}, kFloat, {5.0, 5.0, 5.0}, 0.0},
      {{AggregateFn::slope}, Type::integer, {whole(kMost - 1), whole(kMost)}, 1.0},
      {{AggregateFn::trend}, kFloat, {1.0, 2.0}, kNull},
      {{AggregateFn::trend}, kFloat, {1.0, 2.0, 3.0}, "rising"s},
      {{AggregateFn::trend}, kFloat, {3.0, 2.0, 1.0}, "falling"s},
      {{AggregateFn::trend}, kFloat, {2.0, 2.0, 2.0}, "steady"s},
      {{AggregateFn::trend}, kFloat, {0.0, 0.0, 1.0}, "steady"s},
      {{AggregateFn::trend}, kFloat, {0.0, 1.0, 3.0}, "rising"s},
      {{AggregateFn::trend}, kFloat, {0.0, 1.0, 3.0}, "steady"s, 0, {2, 2, 2}},
      {{AggregateFn::ewma, {0.5}}, kFloat, {10.0, kNull, 20.0, 20.0}, 17.5},
      {{AggregateFn::ewma, {whole(1)}}, kFloat, {10.0, 20.0, 30.0}, 30.0},
      {{AggregateFn::ewma, {0.5}}, kFloat, {}, kNull},
      {{AggregateFn::autocorrelation, {lag1}}, kFloat, {1.0, 2.0}, kNull},
      {{AggregateFn::autocorrelation, {lag1}}, kFloat, {1.0, 2.0, 3.0}, 0.0},
      {{AggregateFn::autocorrelation, {lag1}}, kFloat, {1.0, -1.0, 1.0, -1.0}, -0.75},
      {{AggregateFn::autocorrelation, {lag1}}, kFloat, {0.1, 0.1, 0.1}, kNull},
  });
}

TEST(Accumulators, Detectors) {
  constexpr Type kFloat = Type::floating;
  // The others have mean 10 and standard deviation 1.
  const auto after = [](double newest) { return std::vector<Value>{9.0, 11.0, 9.0, 11.0, newest}; };
  const auto seasons = [](double newest) { return std::vector<Value>{9.0, 50.0, 11.0, 50.0, 10.0, 50.0, newest}; };
  const std::vector<Value> by_season{Duration{2 * kSecondNs}, whole(3)};
  expect_cases({
      {{AggregateFn::zscore}, kFloat, after(13), 3.0},
      {{AggregateFn::zscore}, kFloat, {10.0, 10.0, 10.0, 13.0}, kNull},
      {{AggregateFn::zscore}, kFloat, {9.0, 11.0, 13.0}, kNull},
      {{AggregateFn::anomaly, {whole(3)}}, kFloat, after(13), false},
      {{AggregateFn::anomaly, {whole(3)}}, kFloat, after(13.0000001), true},
      {{AggregateFn::anomaly, {whole(3)}}, kFloat, after(6.9), true},
      {{AggregateFn::anomaly, {whole(3)}}, kFloat, {10.0, 10.0, 10.0, 10.0}, false},
      {{AggregateFn::anomaly, {whole(3)}}, kFloat, {0.1, 0.1, 0.1, 0.2}, true},
      {{AggregateFn::anomaly, {whole(3)}}, kFloat, {9.0, 11.0, 90.0}, kNull},
      {{AggregateFn::spike, {0.5}}, kFloat, after(15), false},
      {{AggregateFn::spike, {0.5}}, kFloat, after(15.1), true},
      {{AggregateFn::spike, {0.5}}, kFloat, after(4.9), true},
      {{AggregateFn::spike, {0.5}}, kFloat, {10.0, 10.0, 90.0}, kNull},
      {{AggregateFn::spike, {0.5}}, kFloat, {-10.0, -10.0, -10.0, -15.0}, false},
      // Others of the phase: 10, 11, 9; deviation sqrt(2 / 3), three times that is 2.449.
      {{AggregateFn::seasonal, by_season}, kFloat, seasons(12.4), false},
      {{AggregateFn::seasonal, by_season}, kFloat, seasons(12.5), true},
      {{AggregateFn::seasonal, by_season}, kFloat, {11.0, 50.0, 10.0, 50.0, 90.0}, kNull},
      // A period in which nothing came is passed over.
      {{AggregateFn::seasonal, by_season}, kFloat, {9.0, 11.0, 10.0, 90.0}, true, 0, {0, 2, 6, 8}},
      // The latest value up to the same phase counts: 9, not 50.
      {{AggregateFn::seasonal, by_season}, kFloat, {50.0, 9.0, 11.0, 10.0, 12.4}, false, 0, {0, 1.5, 4, 6, 8}},
  });
}

TEST(Accumulators, SketchesOfFewValuesAreExact) {
  expect_cases({
      {{AggregateFn::approx_distinct}, Type::string, {"a"s, "b"s, kNull, "a"s}, whole(2)},
      {{AggregateFn::approx_distinct}, Type::floating, {0.0, -0.0}, whole(1)},
      {{AggregateFn::approx_distinct}, Type::floating, {}, kNull},
      {{AggregateFn::approx_percentile, {whole(50)}}, Type::floating, {kNull}, kNull},
      {{AggregateFn::approx_percentile, {whole(50)}}, Type::floating, {42.5}, 42.5},
      {{AggregateFn::approx_percentile, {whole(100)}}, Type::integer, {whole(-3), whole(7)}, 7.0},
      {{AggregateFn::approx_percentile, {whole(0)}}, Type::duration, {Duration{9}, Duration{7}}, Duration{7}},
      {{AggregateFn::approx_top, {whole(2)}},
       Type::string,
       {"c"s, "b"s, "a"s, "b"s, "c"s, "c"s},
       list(Type::string, {"c"s, "b"s})},
      {{AggregateFn::approx_top, {whole(2)}},
       Type::integer,
       {whole(3), whole(-1), whole(2)},
       list(Type::integer, {whole(-1), whole(2)})},
      {{AggregateFn::approx_top, {whole(2)}}, Type::integer, {}, kNull},
  });
}

TEST(Accumulators, ListsThatAreTooLongAreNull) {
  Accumulating accumulating({{AggregateFn::collect}, {AggregateFn::count}}, Type::integer);
  Accumulating::Block block = accumulating.block();
  for (std::int64_t i = 0; i < rules::kMaxCollected; ++i) accumulating.add(block, {i, whole(i)});
  EXPECT_EQ(events::items_of(std::get<events::List>(accumulating.values(block)[0])).size(), rules::kMaxCollected);
  EXPECT_EQ(accumulating.nulls, 0U);
  accumulating.add(block, {rules::kMaxCollected, whole(1)});
  EXPECT_EQ(accumulating.values(block)[0], kNull);
  EXPECT_EQ(accumulating.nulls, 1U);
  EXPECT_EQ(accumulating.values(block)[1], whole(rules::kMaxCollected + 1));
}

TEST(Accumulators, TheOldestOfAListThatIsFullGo) {
  Accumulating accumulating({{AggregateFn::median}}, Type::integer);
  Accumulating::Block block = accumulating.block();
  const auto most = static_cast<std::int64_t>(kMaxListed);
  for (std::int64_t i = 0; i < most + 10; ++i) accumulating.add(block, {i, whole(i)});
  EXPECT_EQ(accumulating.kept().cut, 10U);
  EXPECT_EQ(accumulating.values(block)[0], Value(static_cast<double>(most - 1) / 2 + 10));
}

TEST(Accumulators, AggregatesShareWhatTheyCan) {
  struct Shared {
    std::vector<TestAggregate> aggregates;
    std::uint32_t words;
  };
  const std::vector<Shared> cases{
      {{{AggregateFn::count, {}, true}}, 1},
      {{{AggregateFn::avg}}, 4},  // rows, values, sum of two words
      {{{AggregateFn::avg}, {AggregateFn::sum}, {AggregateFn::count}}, 4},
      {{{AggregateFn::first}, {AggregateFn::max}, {AggregateFn::min}, {AggregateFn::last}}, 6},
      {{{AggregateFn::stddev}, {AggregateFn::variance}}, 7},
      {{{AggregateFn::slope}, {AggregateFn::trend}}, 14},
      {{{AggregateFn::median}, {AggregateFn::mad}, {AggregateFn::collect}, {AggregateFn::percentile, {whole(9)}}}, 3},
      {{{AggregateFn::ewma, {0.1}}, {AggregateFn::ewma, {0.2}}, {AggregateFn::ewma, {0.1}}}, 6},
  };
  for (const Shared& of : cases) {
    Accumulating accumulating(of.aggregates, Type::floating);
    EXPECT_EQ(accumulating.set().words, of.words) << name_of(of.aggregates[0].fn);
  }
}

TEST(Accumulators, BytesThatAreNoneAreRefused) {
  const std::vector<TestAggregate> all{{AggregateFn::first},
                                       {AggregateFn::collect},
                                       {AggregateFn::distinct},
                                       {AggregateFn::approx_distinct},
                                       {AggregateFn::approx_top, {whole(2)}}};
  for (const bool made : {false, true}) {
    Accumulating accumulating(all, Type::string, made);
    Accumulating::Block block = accumulating.block();
    for (std::int64_t i = 0; i < 20; ++i) accumulating.add(block, {i, std::to_string(i % 7)});
    std::string bytes;
    write_block(accumulating.set(), block.data(), accumulating.kept(), bytes);
    events::SymbolTable symbols;
    KeptValues kept(symbols);
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
      Accumulating::Block read = accumulating.block();
      std::string_view rest = std::string_view(bytes).substr(0, length);
      events::ByteReader in{rest};
      read_block(accumulating.set(), read.data(), kept, in, symbols);
      EXPECT_EQ(in.good, length == bytes.size()) << length << " of " << bytes.size() << " bytes";
      clear_block(accumulating.set(), read.data(), kept);
      EXPECT_EQ(kept.bytes(), 0U) << length << " bytes";
    }
    std::mt19937_64 random(1);
    for (int i = 0; i < 20'000; ++i) {  // any byte changed: read or refused, and cleared
      std::string changed = bytes;
      changed[random() % changed.size()] = static_cast<char>(random());
      Accumulating::Block read = accumulating.block();
      std::string_view rest = changed;
      events::ByteReader in{rest};
      read_block(accumulating.set(), read.data(), kept, in, symbols);
      clear_block(accumulating.set(), read.data(), kept);
    }
  }
}

TEST(Accumulators, SymbolsAreMarked) {
  events::SymbolTable symbols;
  KeptValues kept(symbols);
  rules::Texts texts(symbols);
  const rules::WindowPlan plan = plan_of({{AggregateFn::last}, {AggregateFn::collect}}, Type::string, false);
  const AccumulatorSet set = compile_accumulators(plan, {0, 1}, {Type::string, Type::string}, false);
  std::vector<events::Slot> block(set.words, 0);
  const Cell cells[2] = {{events::slot_of(symbols.intern("a")), true}, {events::slot_of(symbols.intern("b")), true}};
  symbols.intern("c");
  add_row(set, block.data(), kept, cells, {1}, texts);
  std::vector<std::uint64_t> held(1, 0);
  mark_symbols(set, block.data(), kept, held);
  EXPECT_EQ(held[0], (1U << cells[0].slot) | (1U << cells[1].slot));
}

// 10^8 values of 10^9 and a thousandth of noise, each of 1024 sizes equally often: mean and variance are known exactly.
TEST(Accumulators, ManyValuesWithALargeOffset) {
  constexpr std::uint64_t kSizes = 1024;
  constexpr std::uint64_t kPieces = 8;
  constexpr std::uint64_t kRows = kSizes * 97'664;  // 10^8 and a little, a multiple of the pieces
  constexpr double kStep = 0.001 / kSizes;
  events::SymbolTable symbols;
  KeptValues kept(symbols);
  const rules::Texts texts(symbols);
  const rules::WindowPlan plan =
      plan_of({{AggregateFn::avg}, {AggregateFn::variance}, {AggregateFn::stddev}}, Type::floating, false);
  const AccumulatorSet set =
      compile_accumulators(plan, {0, 0, 0}, {Type::floating, Type::floating, Type::floating}, false);
  // Differences from 10^9 as doubles hold them there: what mean and variance are of.
  long double mean = 0;
  std::vector<double> values;
  for (std::uint64_t i = 0; i < kSizes; ++i) {
    values.push_back(1e9 + static_cast<double>((i * 389) % kSizes) * kStep);
    mean += static_cast<long double>(values.back()) - 1e9L;
  }
  mean /= kSizes;
  long double variance = 0;
  for (const double value : values) {
    const long double d = static_cast<long double>(value) - 1e9L - mean;
    variance += d * d / kSizes;
  }
  std::vector<events::Slot> all(set.words, 0);
  for (std::uint64_t piece = 0; piece < kPieces; ++piece) {
    std::vector<events::Slot> block(set.words, 0);
    for (std::uint64_t i = 0; i < kRows / kPieces; ++i) {
      const Cell cell{events::slot_of(values[i % kSizes]), true};
      add_row(set, block.data(), kept, &cell, {static_cast<std::int64_t>(i)}, texts);
    }
    merge_blocks(set, all.data(), block.data(), kept);
  }
  rules::Texts made(symbols);
  std::uint64_t nulls = 0;
  const auto got = [&](std::size_t i) {
    return events::float_of(value_of(set, i, all.data(), kept, made, nulls).slot);
  };
  EXPECT_EQ(all[0], kRows);
  EXPECT_EQ(got(0), static_cast<double>(1e9L + mean));
  EXPECT_NEAR(got(1), static_cast<double>(variance), 1e-12 * static_cast<double>(variance));
  EXPECT_NEAR(got(2), static_cast<double>(std::sqrt(variance)), 1e-12 * static_cast<double>(std::sqrt(variance)));
}

}  // namespace
}  // namespace tocsin::matcher
