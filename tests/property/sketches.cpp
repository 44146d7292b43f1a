// The bounds that sketches state, over values and orders of many kinds, each in one pass and in random trees of merges
// with some of them written and read again: HyperLogLog++, DDSketch, SpaceSaving.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <random>
#include <set>

#include "matcher/ddsketch.hpp"
#include "matcher/hyperloglog.hpp"
#include "matcher/space_saving.hpp"

namespace tocsin::matcher {
namespace {

/// A bijection that mixes well (Steele, Lea and Flood, OOPSLA 2014): a hash of its own for each number.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

template <class Sketch>
void save_and_restore(Sketch& sketch) {
  std::string bytes;
  sketch.write(bytes);
  std::string_view rest = bytes;
  events::ByteReader in{rest};
  Sketch read;
  read.read(in);
  ASSERT_TRUE(in.good && rest.empty());
  sketch = std::move(read);
}

/// Splits `values` into pieces and merges these in a random tree.
template <class Sketch, class Value, class Add, class Merge>
Sketch in_tree(const std::vector<Value>& values, std::mt19937_64& random, const Add& add, const Merge& merge) {
  std::vector<Sketch> pieces(1 + random() % 30);
  const bool in_turns = random() % 2 == 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t piece = in_turns ? random() % pieces.size() : i * pieces.size() / values.size();
    add(pieces[piece], values[i]);
  }
  while (pieces.size() > 1) {
    const std::size_t a = random() % pieces.size();
    const std::size_t b = (a + 1 + random() % (pieces.size() - 1)) % pieces.size();
    merge(pieces[a], pieces[b]);
    pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(b));
  }
  return std::move(pieces[0]);
}

// ---- HyperLogLog++: standard error 0.81 %

TEST(SketchBounds, HyperLogLogIsExactWhileSmallAndWithinItsErrorThen) {
  std::mt19937_64 random(1);
  double worst = 0;
  for (const std::uint64_t count :
       {1U, 10U, 1000U, 1024U, 1025U, 3000U, 10'000U, 30'000U, 60'000U, 100'000U, 1'000'000U}) {
    double squares = 0;
    const int trials = count > 100'000 ? 8 : 40;
    for (int trial = 0; trial < trials; ++trial) {
      std::vector<std::uint64_t> hashes;
      const std::uint64_t seed = random();
      for (std::uint64_t i = 0; i < count; ++i) hashes.push_back(mixed(seed + i));
      for (std::uint64_t i = 0; i < count / 3; ++i) hashes.push_back(hashes[random() % count]);  // some again
      HyperLogLog one_pass;
      for (const std::uint64_t hash : hashes) one_pass.add(hash);
      HyperLogLog merged = in_tree<HyperLogLog>(
          hashes, random, [](HyperLogLog& sketch, std::uint64_t hash) { sketch.add(hash); },
          [](HyperLogLog& a, HyperLogLog& b) {
            save_and_restore(b);
            a.merge(b);
          });
      EXPECT_EQ(merged.estimate(), one_pass.estimate()) << count << " values: merging changes nothing";
      const double error = static_cast<double>(one_pass.estimate()) / static_cast<double>(count) - 1;
      if (count <= HyperLogLog::kExact) {
        EXPECT_EQ(one_pass.estimate(), count);
      }
      EXPECT_LE(std::fabs(error), 4.5 * 0.0081) << count << " values, seed " << seed;
      EXPECT_LE(one_pass.bytes(), 16'384U + 200);
      worst = std::max(worst, std::fabs(error));
      squares += error * error;
    }
    EXPECT_LE(std::sqrt(squares / trials), 1.5 * 0.0081) << count << " values: standard error";
  }
  std::printf("HyperLogLog++: worst error %.2f %%\n", worst * 100);
}

// ---- DDSketch: each percentile within 1 %

using Draw = std::function<double(std::mt19937_64&, std::size_t i)>;
struct Distribution {
  const char* name;
  Draw draw;
};

const std::vector<Distribution>& distributions() {
  static const std::vector<Distribution> all{
      {"uniform", [](auto& random, std::size_t) { return std::uniform_real_distribution<>(0, 1000)(random); }},
      {"lognormal", [](auto& random, std::size_t) { return std::lognormal_distribution<>(0, 3)(random); }},
      {"of both signs", [](auto& random, std::size_t) { return std::normal_distribution<>(0, 100)(random); }},
      {"negative", [](auto& random, std::size_t) { return -std::exponential_distribution<>(0.01)(random); }},
      {"whole and few", [](auto& random, std::size_t) { return static_cast<double>(random() % 7); }},
      {"rising", [](auto&, std::size_t i) { return static_cast<double>(i); }},
      {"falling", [](auto&, std::size_t i) { return 1e6 - static_cast<double>(i); }},
      {"powers of the bucket",
       [](auto&, std::size_t i) { return std::pow(1.01 / 0.99, static_cast<double>(i % 1500)); }},
      {"constant", [](auto&, std::size_t) { return 0.1; }},
      {"far apart", [](auto& random, std::size_t) { return random() % 100 == 0 ? 1e15 : 1e-15; }},
      {"tiny, zero and huge",
       [](auto& random, std::size_t) { return random() % 3 == 0   ? 0.0
                                              : random() % 2 == 0 ? 1e-310
                                                                  : 1.7e308; }},
  };
  return all;
}

/// The two values that the percentile lies between; type 7.
struct Exact {
  double low = 0;
  double high = 0;
  double value = 0;
};
Exact exact(const std::vector<double>& sorted, double percent) {
  const double place = static_cast<double>(sorted.size() - 1) * percent / 100;
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  const double weight = place - static_cast<double>(low);
  return {sorted[low], sorted[high], sorted[low] * (1 - weight) + sorted[high] * weight};
}

void expect_percentiles(const DDSketch& sketch, const std::vector<double>& sorted, const char* what, double from = 0) {
  for (const double percent : {0.0, 0.1, 1.0, 5.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, 100.0}) {
    if (percent < from) continue;
    const Exact at = exact(sorted, percent);
    const double error = 0.010000001 * (at.low < 0 && at.high > 0 ? std::max(-at.low, at.high) : std::fabs(at.value));
    EXPECT_NEAR(sketch.percentile(percent), at.value, error + 1e-300)
        << what << ", " << percent << ", " << sorted.size();
  }
  EXPECT_EQ(sketch.percentile(0), sorted.front()) << what;
  EXPECT_EQ(sketch.percentile(100), sorted.back()) << what;
}

TEST(SketchBounds, DDSketchPercentilesAreWithinOnePercent) {
  std::mt19937_64 random(2);
  for (const Distribution& distribution : distributions()) {
    for (const std::size_t count : {1U, 2U, 3U, 10U, 1000U, 20'000U}) {
      std::vector<double> values;
      for (std::size_t i = 0; i < count; ++i) values.push_back(distribution.draw(random, i));
      DDSketch one_pass;
      for (const double value : values) one_pass.add(value);
      DDSketch merged = in_tree<DDSketch>(
          values, random, [](DDSketch& sketch, double value) { sketch.add(value); },
          [](DDSketch& a, DDSketch& b) {
            save_and_restore(b);
            a.merge(b);
          });
      std::sort(values.begin(), values.end());
      expect_percentiles(one_pass, values, distribution.name);
      expect_percentiles(merged, values, distribution.name);
      EXPECT_LE(one_pass.bytes(), 64U + 2 * 16 * DDSketch::kBuckets);
    }
  }
}

TEST(SketchBounds, DDSketchWithMoreThanItsBucketsKeepsTheHighestExact) {
  std::mt19937_64 random(3);
  std::vector<double> values;
  for (int i = 0; i < 60'000; ++i) values.push_back(std::pow(10.0, std::uniform_real_distribution<>(-60, 60)(random)));
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  for (int order = 0; order < 3; ++order) {
    if (order == 1) std::sort(values.begin(), values.end());
    if (order == 2) std::reverse(values.begin(), values.end());
    DDSketch sketch;
    for (const double value : values) sketch.add(value);
    // 4095 buckets are 35.5 of the 120 powers of ten: the highest 29 % of these values.
    expect_percentiles(sketch, sorted, "wide", 75);
    EXPECT_LE(sketch.bytes(), 64U + 2 * 16 * DDSketch::kBuckets);
    DDSketch merged = in_tree<DDSketch>(
        values, random, [](DDSketch& one, double value) { one.add(value); },
        [](DDSketch& a, DDSketch& b) { a.merge(b); });
    expect_percentiles(merged, sorted, "wide, merged", 75);
  }
}

// ---- SpaceSaving: counts at most rows / capacity too high, and none lost that is more frequent than that

void expect_counts(const SpaceSaving& sketch, const std::vector<std::uint64_t>& values, std::size_t capacity,
                   const char* what) {
  std::map<std::uint64_t, std::uint64_t> exact;
  for (const std::uint64_t value : values) ++exact[value];
  EXPECT_LE(sketch.counted().size(), capacity) << what;
  EXPECT_LE(sketch.floor(), values.size() / capacity) << what;
  if (exact.size() <= capacity) {
    EXPECT_EQ(sketch.floor(), 0U) << what << ": few values are counted exactly";
  }
  for (const SpaceSaving::Counted& counted : sketch.counted()) {
    EXPECT_GE(counted.count, exact[counted.value]) << what;
    EXPECT_LE(counted.count, exact[counted.value] + sketch.floor()) << what;
  }
  for (const auto& [value, count] : exact)
    if (count > sketch.floor()) {
      EXPECT_TRUE(sketch.counts(value)) << what << ": " << value << " came " << count << " times";
    }
  std::vector<std::uint64_t> counts;
  for (const auto& [value, count] : exact) counts.push_back(count);
  std::sort(counts.rbegin(), counts.rend());
  const auto top = most_frequent(sketch.counted(), 10, std::less<>());
  for (std::size_t i = 0; i < top.size(); ++i)
    EXPECT_GE(exact[top[i].value] + values.size() / capacity, counts[i]) << what << ": place " << i;
}

std::vector<std::vector<std::uint64_t>> frequencies(std::mt19937_64& random) {
  std::vector<std::vector<std::uint64_t>> all(7);
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    all[0].push_back(
        static_cast<std::uint64_t>(std::pow(1e5, std::uniform_real_distribution<>(0, 1)(random))));  // Zipf
    all[1].push_back(random() % 5000);
    all[2].push_back(i);                                      // all different
    all[3].push_back(i % 101);                                // one more than there is room for, in turns
    all[4].push_back(i < 300 ? 1 : 1000 + i);                 // frequent at first, then a flood of others
    all[5].push_back(i < 19'700 ? 1000 + i : 1);              // the reverse
    all[6].push_back(random() % 4 == 0 ? 7 : random() % 90);  // few
  }
  return all;
}

TEST(SketchBounds, SpaceSavingCountsAreWithinRowsByCapacity) {
  std::mt19937_64 random(4);
  constexpr std::size_t kCapacity = 100;
  for (int round = 0; round < 10; ++round) {
    std::vector<std::vector<std::uint64_t>> all = frequencies(random);
    for (std::size_t kind = 0; kind < all.size(); ++kind) {
      const auto add = [](SpaceSaving& sketch, std::uint64_t value) {
        events::Slot gone = 0;
        sketch.add(value, kCapacity, gone);
      };
      const auto merge = [&](SpaceSaving& a, SpaceSaving& b) {
        std::vector<events::Slot> gone;
        SpaceSaving restored;
        ASSERT_TRUE(restored.restore(b.counted(), b.floor()));
        const std::size_t before = a.counted().size();
        a.merge(restored, kCapacity, std::less<>(), gone);
        EXPECT_GE(a.counted().size() + gone.size(), before);
        // What came behind a merge is counted as before.
        add(a, 5);
      };
      SpaceSaving one_pass;
      for (const std::uint64_t value : all[kind]) add(one_pass, value);
      expect_counts(one_pass, all[kind], kCapacity, "one pass");
      std::vector<std::uint64_t> with_more = all[kind];
      const SpaceSaving merged = in_tree<SpaceSaving>(all[kind], random, add, [&](SpaceSaving& a, SpaceSaving& b) {
        merge(a, b);
        with_more.push_back(5);
      });
      expect_counts(merged, with_more, kCapacity, "merged");
    }
  }
}

}  // namespace
}  // namespace tocsin::matcher
