// Joins against their definition: all pairs of random streams, looked at anew for each window and each point in time.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "tests/unit/matcher/join_machine.hpp"

namespace tocsin::matcher::testing {
namespace {

using Kind = rules::WindowPlan::Kind;

constexpr std::int64_t kSecond = events::kSecond.ns;

struct Shape {
  Kind kind = Kind::tumbling;
  std::int64_t size = 10;
  std::int64_t every = 10;
  bool left = false;
  bool self = false;
  bool narrow = false;  ///< the right side is `(v != 1)`
  bool aggregated = false;
  bool alert = true;
  bool plain = false;  ///< aggregates of a few words
  int on = 0;          ///< 0: equal k; 1: and a.v < b.v; 2: only a.v < b.v; 3: equal s, which says what v says
};

std::string body_of(const Shape& shape) {
  std::string window = "tumbling " + std::to_string(shape.size) + "s";
  if (shape.kind == Kind::sliding)
    window = "sliding " + std::to_string(shape.size) + "s every " + std::to_string(shape.every) + "s";
  if (shape.kind == Kind::session) window = "session " + std::to_string(shape.size) + "s";
  if (shape.kind == Kind::rolling) window = "rolling " + std::to_string(shape.size) + "s";
  static const std::vector<std::string> kOn{"a.k == b.k", "b.k == a.k and a.v < b.v", "a.v < b.v", "a.s == b.s"};
  const std::string aggregates = shape.plain ? "{ n: count(), x: first(a.v), y: last(b.v), z: sum(b.v) }"
                                             : "{ n: count(), x: collect(a.v), y: collect(upper(b.s)), z: sum(b.v) }";
  const std::string fields = shape.aggregated ? aggregates : "{ x: a.v, y: b.v }";
  return std::string("from A as a ") + (shape.left ? "left " : "") + "join " + (shape.self ? "A" : "B") +
         (shape.narrow ? "(v != 1)" : "") + " as b on " + kOn[static_cast<std::size_t>(shape.on)] + " window " +
         window + (shape.alert ? " alert info \"m\" " : " emit E ") + fields;
}

/// A row: a and b by number, either of which came later; without b: a alone.
struct Row {
  std::size_t later = 0, earlier = 0;
  std::size_t a = 0;
  std::optional<std::size_t> b{};
};

class Definition {
 public:
  Definition(const Shape& shape, const rules::RuleSet& set, const std::vector<JoinEvent>& stream)
      : shape_(shape), stream_(stream), a_(set.schema.find("A")), b_(set.schema.find(shape.self ? "A" : "B")) {}

  std::vector<std::string> told() {
    if (shape_.aggregated)
      tell_windows();
    else
      tell_rows();
    std::stable_sort(told_.begin(), told_.end(), [](const Told& x, const Told& y) { return x.at < y.at; });
    std::vector<std::string> texts;
    for (const Told& each : told_) texts.push_back(each.text);
    return texts;
  }

 private:
  /// (time, by a timer, number of the event that completes it)
  using At = std::tuple<std::int64_t, bool, std::size_t>;
  struct Told {
    At at;
    std::string text;
  };

  std::int64_t time(std::size_t i) const { return (stream_[i].time - rules::kTestStart).ns; }
  bool is_a(std::size_t i) const { return stream_[i].type == a_; }
  bool is_b(std::size_t i) const {
    return stream_[i].type == b_ && !(shape_.narrow && number(stream_[i].v).value_or(1) == 1);
  }
  static std::optional<std::int64_t> number(const events::Value& value) {
    if (events::is_null(value)) return std::nullopt;
    return std::get<std::int64_t>(value);
  }
  bool fulfils(std::size_t a, std::size_t b) const {
    if (a == b || !is_a(a) || !is_b(b)) return false;
    const auto ak = number(stream_[a].k), bk = number(stream_[b].k);
    const auto av = number(stream_[a].v), bv = number(stream_[b].v);
    const bool same = ak && bk && *ak == *bk;
    const bool less = av && bv && *av < *bv;
    const bool alike = av && bv && *av == *bv;
    return shape_.on == 0 ? same : shape_.on == 1 ? same && less : shape_.on == 2 ? less : alike;
  }

  /// All pairs among the events of `in`, and what has none of them, in order.
  std::vector<Row> rows_of(const std::vector<std::size_t>& in) const {
    std::vector<Row> rows;
    for (std::size_t i = 0; i < in.size(); ++i) {
      const auto other_than = [&](std::size_t a) {
        return std::any_of(in.begin(), in.end(), [&](std::size_t b) { return fulfils(a, b); });
      };
      if (shape_.left && is_a(in[i]) && !other_than(in[i])) rows.push_back({in[i], in[i], in[i], {}});
      for (std::size_t j = 0; j < i; ++j) {
        if (fulfils(in[j], in[i])) rows.push_back({in[i], in[j], in[j], in[i]});
        if (fulfils(in[i], in[j])) rows.push_back({in[i], in[j], in[i], in[j]});
      }
    }
    return rows;
  }

  std::string value(const events::Value& v) const { return events::to_text(v); }

  void tell(const std::string& kind, std::int64_t start, std::int64_t end, At at, const std::vector<Row>& rows) {
    std::string x = "[", y = "[";
    std::int64_t z = 0;
    for (const Row& row : rows) {
      const auto put = [](std::string& to, const std::string& before, const events::Value& v) {
        if (!events::is_null(v)) to += (to.size() > 1 ? ", " : "") + before + events::to_text(v);
      };
      put(x, "", stream_[row.a].v);
      if (!row.b) continue;
      put(y, "S", stream_[*row.b].v);
      z += number(stream_[*row.b].v).value_or(0);
    }
    std::string text = kind + " " + span(start, end) + " " + at_text(at) + " " + std::to_string(rows.size());
    if (!rows.empty()) text += ":" + std::to_string(rows.front().later) + "-" + std::to_string(rows.back().later);
    if (shape_.plain) {
      const auto first =
          std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return !events::is_null(stream_[row.a].v); });
      const auto last = std::find_if(rows.rbegin(), rows.rend(),
                                     [&](const Row& row) { return row.b && !events::is_null(stream_[*row.b].v); });
      x = first == rows.end() ? "null" : value(stream_[first->a].v);
      y = last == rows.rend() ? "null" : value(stream_[*last->b].v);
    } else {
      x += "]";
      y += "]";
    }
    text += " n=" + std::to_string(rows.size()) + " x=" + x + " y=" + y + " z=" + std::to_string(z);
    told_.push_back({at, text});
  }
  void tell_row(const Row& row, At at) {
    const std::string text = "row " + span(time(row.earlier), time(row.later)) + " " + at_text(at) +
                             " 1:" + std::to_string(row.earlier) + "-" + std::to_string(row.later) +
                             " x=" + value(stream_[row.a].v) + " y=" + (row.b ? value(stream_[*row.b].v) : "null");
    told_.push_back({at, text});
  }
  static std::string span(std::int64_t start, std::int64_t end) {
    return since_start(rules::kTestStart + events::Duration{start}) + ".." +
           since_start(rules::kTestStart + events::Duration{end});
  }
  static std::string at_text(const At& at) {
    return point(rules::kTestStart + events::Duration{std::get<0>(at)}, std::get<1>(at));
  }

  std::vector<std::size_t> events_between(std::int64_t from, std::int64_t to) const {
    std::vector<std::size_t> in;
    for (std::size_t i = 0; i < stream_.size(); ++i)
      if (time(i) >= from && time(i) < to && (is_a(i) || is_b(i))) in.push_back(i);
    return in;
  }
  std::vector<std::vector<std::size_t>> sessions() const {
    std::vector<std::vector<std::size_t>> all;
    for (const std::size_t i : events_between(INT64_MIN, INT64_MAX)) {
      if (all.empty() || time(i) - time(all.back().back()) > shape_.size * kSecond) all.emplace_back();
      all.back().push_back(i);
    }
    return all;
  }
  bool aligned() const { return shape_.kind == Kind::tumbling || shape_.kind == Kind::sliding; }
  std::int64_t every() const { return (shape_.kind == Kind::sliding ? shape_.every : shape_.size) * kSecond; }
  std::int64_t last_time() const { return stream_.empty() ? 0 : time(stream_.size() - 1); }

  /// Starts of the windows that end after the first event, up to the one that has the last.
  std::vector<std::int64_t> starts() const {
    std::vector<std::int64_t> all;
    const auto in = events_between(INT64_MIN, INT64_MAX);
    if (in.empty()) return all;
    const std::int64_t epoch = rules::kTestStart.ns;
    const std::int64_t before = epoch + time(in.front()) - shape_.size * kSecond;
    for (std::int64_t start = (before / every() + 1) * every() - epoch; start <= last_time(); start += every())
      all.push_back(start);
    return all;
  }

  void tell_windows() {
    if (aligned()) {
      for (const std::int64_t start : starts()) {
        const std::int64_t end = start + shape_.size * kSecond;
        const auto rows = rows_of(events_between(start, end));
        if (!rows.empty()) tell("closed", start, end, {end - 1, true, 0}, rows);
      }
    } else if (shape_.kind == Kind::session) {
      for (const auto& in : sessions()) {
        const std::int64_t end = time(in.back()) + shape_.size * kSecond;
        const auto rows = rows_of(in);
        if (!rows.empty()) tell("closed", time(in.front()), end, {end, true, 0}, rows);
      }
    } else {
      tell_rolling();
    }
  }

  void tell_rolling() {
    const std::int64_t size = shape_.size * kSecond;
    const auto all = events_between(INT64_MIN, INT64_MAX);
    std::set<std::int64_t> leaving;  // times at which a row leaves
    for (const std::size_t at : all) {
      std::vector<std::size_t> in;
      for (const std::size_t i : all)
        if (i <= at && time(i) > time(at) - size) in.push_back(i);
      tell("moved", time(at) - size, time(at), {time(at), false, at}, rows_of(in));
      for (const Row& row : rows_of(in)) leaving.insert(time(row.earlier) + size);
      if (shape_.left && is_a(at)) leaving.insert(time(at) + size);
    }
    if (!shape_.alert) return;
    for (const std::int64_t moment : leaving) {
      if (std::any_of(all.begin(), all.end(), [&](std::size_t i) { return time(i) == moment; })) continue;
      const auto rows = rows_of(events_between(moment - size + 1, moment + 1));
      if (!rows.empty()) tell("left", moment - size, moment, {moment, true, 0}, rows);
    }
  }

  bool in_one_window(std::size_t i, std::size_t j) const {
    if (shape_.kind == Kind::rolling) return time(i) > time(j) - shape_.size * kSecond;
    if (shape_.kind == Kind::session) {
      for (const auto& in : sessions())
        if (std::count(in.begin(), in.end(), i) + std::count(in.begin(), in.end(), j) > 1) return true;
      return false;
    }
    for (const std::int64_t start : starts())
      if (time(i) >= start && time(j) < start + shape_.size * kSecond) return true;
    return false;
  }
  /// When the last window that has the event ends; none has it: none.
  std::optional<At> given_up(std::size_t i) const {
    const std::int64_t size = shape_.size * kSecond;
    if (shape_.kind == Kind::rolling) return At{time(i) + size, true, i};
    if (shape_.kind == Kind::session) {
      for (const auto& in : sessions())
        if (std::count(in.begin(), in.end(), i) > 0) return At{time(in.back()) + size, true, i};
    }
    std::optional<At> at;
    if (aligned())
      for (const std::int64_t start : starts())
        if (time(i) >= start && time(i) < start + size) at = At{start + size - 1, true, i};
    return at;
  }

  void tell_rows() {
    const auto all = events_between(INT64_MIN, INT64_MAX);
    std::vector<bool> paired(stream_.size());
    for (std::size_t l = 0; l < all.size(); ++l)
      for (std::size_t e = 0; e < l; ++e) {
        const std::size_t later = all[l], earlier = all[e];
        if (!in_one_window(earlier, later)) continue;
        for (const bool earlier_is_a : {true, false}) {
          const std::size_t a = earlier_is_a ? earlier : later, b = earlier_is_a ? later : earlier;
          if (!fulfils(a, b)) continue;
          tell_row({later, earlier, a, b}, {time(later), false, later});
          paired[a] = true;
        }
      }
    if (!shape_.left) return;
    for (const std::size_t i : all)
      if (is_a(i) && !paired[i])
        if (const auto at = given_up(i)) tell_row({i, i, i, {}}, *at);
  }

  const Shape& shape_;
  const std::vector<JoinEvent>& stream_;
  events::TypeId a_, b_;
  std::vector<Told> told_;
};

Shape random_shape(std::mt19937_64& random) {
  const auto upto = [&](int n) { return static_cast<int>(random() % static_cast<std::uint64_t>(n)); };
  Shape shape;
  shape.kind = std::array{Kind::tumbling, Kind::sliding, Kind::session, Kind::rolling}[random() % 4];
  shape.size = 1 + upto(shape.kind == Kind::session ? 4 : 9);
  shape.every = 1 + upto(9);
  if (shape.kind == Kind::sliding && upto(4) == 0) shape = {.kind = shape.kind, .size = 16 + upto(9), .every = 1};
  shape.left = upto(2) == 0;
  shape.self = upto(3) == 0;
  shape.aggregated = upto(2) == 0;
  shape.on = upto(4);
  shape.narrow = upto(3) == 0;
  shape.alert = upto(3) != 0;
  shape.plain = upto(2) == 0;
  return shape;
}

std::string random_words(std::mt19937_64& random, std::size_t most) {
  const std::size_t count = random() % most;
  std::string words;
  std::int64_t at = static_cast<std::int64_t>(random() % 10) - 5;
  const bool dense = random() % 2 == 0;
  for (std::size_t i = 0; i < count; ++i) {
    at += static_cast<std::int64_t>(random() % (dense ? 2 : 5));
    if (random() % 8 == 0) at += static_cast<std::int64_t>(random() % 20);
    const auto field = [&](std::uint64_t n) {
      return random() % 12 == 0 ? std::string("_") : std::to_string(random() % n);
    };
    words += std::string(random() % 2 == 0 ? "A" : "B") + field(2) + ":" + field(4) + "@" + std::to_string(at) + "s ";
  }
  return words;
}

/// Windows without rows are for alerts, and are told as long as something is to come: not compared here.
bool has_rows(const std::string& told) { return told.find(" 0 n=0") == std::string::npos; }

/// What the rule tells of the stream and what its definition says: the same. Adds to `shares` what came.
void compare(std::uint64_t seed, const Shape& shape, std::size_t most, std::map<std::string, std::size_t>& shares) {
  std::mt19937_64 random(seed);
  const std::string body = body_of(shape);
  const std::string words = random_words(random, most);
  SCOPED_TRACE("seed " + std::to_string(seed) + ": " + body + " on " + words);
  const rules::RuleSet set = join_rule(body);
  const std::vector<JoinEvent> stream = join_stream(set, words);
  JoinMachine machine(set);
  std::uint64_t order = 0;
  for (const JoinEvent& event : stream) {
    if (random() % 4 == 0) {
      ASSERT_EQ(machine.save_and_load(), "");
      machine.sweep();
    }
    if (!shape.self || event.type == set.schema.find("A")) machine.step(event, order);
    ++order;
  }
  machine.advance(events::kLatest);
  std::vector<std::string> got, expected = Definition(shape, set, stream).told();
  std::copy_if(machine.told.begin(), machine.told.end(), std::back_inserter(got), has_rows);
  std::erase_if(expected, [](const std::string& told) { return !has_rows(told); });
  ASSERT_EQ(got, expected);
  for (const std::string& told : got) ++shares[told.substr(0, told.find(' '))];
  ++shares[std::string(name_of(shape.kind))];
}

TEST(JoinsAtRandom, AgreeWithTheirDefinition) {
  std::map<std::string, std::size_t> shares;
  for (std::uint64_t seed = 0; seed < 6'000 && !HasFailure(); ++seed) {
    std::mt19937_64 random(~seed);
    compare(seed, random_shape(random), 14, shares);
  }
  for (const char* kind : {"row", "closed", "moved", "left", "tumbling", "sliding", "session", "rolling"})
    EXPECT_GT(shares[kind], 100U) << kind;
}

TEST(JoinsAtRandom, SoDoManyRows) {
  std::map<std::string, std::size_t> shares;
  for (std::uint64_t seed = 0; seed < 200 && !HasFailure(); ++seed) {
    std::mt19937_64 random(~seed);
    Shape shape = random_shape(random);
    shape.aggregated = shape.plain = true;
    if (shape.kind != Kind::session) shape.size += 20;
    compare(seed, shape, 120, shares);
  }
  EXPECT_GT(shares["closed"], 200U);
  EXPECT_GT(shares["moved"], 200U);
}

TEST(JoinsAtRandom, AsOfAgreesWithTheLatestThatFits) {
  std::size_t rows = 0;
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    std::mt19937_64 random(seed);
    const bool left = random() % 2 == 0, self = random() % 3 == 0, rest = random() % 2 == 0;
    const std::int64_t within = random() % 2 == 0 ? static_cast<std::int64_t>(1 + random() % 6) : 0;  // 0: none
    const std::string body = std::string("from A as a ") + (left ? "left " : "") + "join last " + (self ? "A" : "B") +
                             " as b on a.k == b.k" + (rest ? " and b.v <= a.v" : "") +
                             (within > 0 ? " within " + std::to_string(within) + "s" : "") +
                             " alert info \"m\" { x: a.v, y: b.v }";
    const std::string words = random_words(random, 14);
    SCOPED_TRACE("seed " + std::to_string(seed) + ": " + body + " on " + words);
    const rules::RuleSet set = join_rule(body);
    const std::vector<JoinEvent> stream = join_stream(set, words);
    JoinMachine machine(set);
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < stream.size(); ++i) {
      if (random() % 4 == 0) {
        ASSERT_EQ(machine.save_and_load(), "");
      }
      if (!self || stream[i].type == set.schema.find("A")) machine.step(stream[i], i);
      if (stream[i].type != set.schema.find("A")) continue;
      std::optional<std::size_t> best;
      for (std::size_t j = 0; j < i; ++j) {
        const JoinEvent &a = stream[i], &b = stream[j];
        if (b.type != set.schema.find(self ? "A" : "B") || events::is_null(a.k) || a.k != b.k) continue;
        if (within > 0 && (a.time - b.time).ns > within * kSecond) continue;
        if (rest &&
            (events::is_null(a.v) || events::is_null(b.v) || std::get<std::int64_t>(b.v) > std::get<std::int64_t>(a.v)))
          continue;
        best = j;
      }
      if (!best && !left) continue;
      const std::size_t other = best.value_or(i);
      expected.push_back("row " + since_start(stream[other].time) + ".." + since_start(stream[i].time) + " " +
                         point(stream[i].time, false) + " 1:" + std::to_string(other) + "-" + std::to_string(i) +
                         " x=" + events::to_text(stream[i].v) +
                         " y=" + (best ? events::to_text(stream[*best].v) : "null"));
    }
    ASSERT_EQ(machine.told, expected);
    rows += expected.size();
  }
  EXPECT_GT(rows, 2'000U);
}

TEST(JoinsAtRandom, ManyEventsOfOneValueStayOne) {
  const rules::RuleSet set = join_rule("from A as a join last B as b on a.k == b.k alert info \"m\" { y: b.v }");
  JoinMachine machine(set);
  std::uint64_t order = 0;
  const auto give = [&](const char* type, std::int64_t k, std::int64_t v) {
    machine.step({set.schema.find(type), rules::kTestStart + events::Duration{static_cast<std::int64_t>(order)}, k, v},
                 order);
    ++order;
  };
  for (std::int64_t i = 0; i < 10'000; ++i) give("B", i % 10, i);
  EXPECT_LT(machine.pool.bytes(), 100'000U);
  for (std::int64_t k = 0; k < 10; ++k) give("A", k, 0);
  ASSERT_EQ(machine.told.size(), 10U);
  for (std::size_t k = 0; k < 10; ++k)
    EXPECT_EQ(machine.told[k].substr(machine.told[k].find(" y=")), " y=" + std::to_string(9'990 + k));
}

TEST(JoinsAtRandom, BytesThatAreNoStateAreRefused) {
  const rules::RuleSet set = join_rule(
      "from A as a left join B as b on a.k == b.k window sliding 10s every 5s alert info \"m\" { n: count() }");
  JoinMachine machine(set);
  std::uint64_t order = 0;
  for (const JoinEvent& event : join_stream(set, "A1:1 A2:2 B1:3 B3:4 A3:5")) machine.step(event, order++);
  std::string bytes;
  write_window(machine.pool, 0, bytes);
  machine.pool.forget(0);
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    std::string_view cut = std::string_view(bytes).substr(0, size);
    EXPECT_FALSE(read_window(machine.pool, 0, cut, machine.symbols)) << size;
    EXPECT_FALSE(machine.pool.holds(0)) << size;
  }
}

}  // namespace
}  // namespace tocsin::matcher::testing
