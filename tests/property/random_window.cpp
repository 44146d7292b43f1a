#include "tests/property/random_window.hpp"

#include <algorithm>
#include <array>

namespace tocsin::property {
namespace {

using events::Duration;
using Int = std::int64_t;

constexpr Int kMilli = 1'000'000;

constexpr const char* kDeclarations =
    "event A { k: string?, g: int, v: int?, w: float?, s: string?, d: duration? }\n"
    "event B { k: string?, g: int, v: int?, w: float?, s: string?, d: duration? }\n"
    "event C { x: int }\n";

enum class Take { whole, number, any, add, ordered };

struct Fn {
  const char* name;
  Take takes;
  std::vector<const char*> parameters;  ///< one of them behind the argument; empty: none
};

const std::vector<Fn>& functions() {
  static const std::vector<Fn> all = {
      {"sum", Take::add, {}},
      {"avg", Take::add, {}},
      {"min", Take::ordered, {}},
      {"max", Take::ordered, {}},
      {"first", Take::any, {}},
      {"last", Take::any, {}},
      {"stddev", Take::number, {}},
      {"distinct", Take::any, {}},
      {"collect", Take::any, {}},
      {"variance", Take::number, {}},
      {"median", Take::add, {}},
      {"percentile", Take::add, {"0", "25", "90", "99.5", "100"}},
      {"slope", Take::number, {}},
      {"ewma", Take::number, {"0.5", "0.25", "1.0"}},
      {"zscore", Take::number, {}},
      {"mad", Take::number, {}},
      {"autocorrelation", Take::number, {"1", "2"}},
      {"approx_distinct", Take::any, {}},
      {"approx_percentile", Take::add, {"50", "90"}},
      {"approx_top", Take::any, {"1", "2", "10"}},
      {"anomaly", Take::number, {"1.0", "2.0", "0.0"}},
      {"spike", Take::number, {"0.5", "1.0"}},
      {"trend", Take::number, {}},
      {"seasonal", Take::number, {"2s, 1.0", "1s, 0.5"}},
      {"count", Take::any, {}},
  };
  return all;
}

class Writer {
 public:
  explicit Writer(Random& random) : random_(random) {}

  WindowCase write() {
    const std::size_t kind = random_.below(100);
    if (kind < 6)
      calendar();
    else if (kind < 24)
      join();
    else
      plain();
    outputs();
    case_.lateness = {random_.chance(50) ? 0 : unit_ * random_.between(1, 4)};
    stream();
    return std::move(case_);
  }

 private:
  template <std::size_t n>
  std::string one_of(const char* const (&from)[n]) {
    return from[random_.below(n)];
  }
  void use(const std::string& name) {
    if (std::find(case_.uses.begin(), case_.uses.end(), name) == case_.uses.end()) case_.uses.push_back(name);
  }
  void clause(const std::string& text, const std::string& name) {
    case_.rule.clauses.push_back(text);
    if (!name.empty()) use(name);
  }
  /// So many units, remembered as a time that events may keep from each other.
  std::string span(Int units) {
    spans_.push_back(units * unit_);
    return std::to_string(units) + unit_name_;
  }
  std::string half_span(Int halves) {
    if (unit_name_ != "s" || halves % 2 == 0) return span(std::max<Int>(1, halves / 2));
    spans_.push_back(halves * unit_ / 2);
    return std::to_string(halves * 500) + "ms";
  }

  // ---- windows

  void by() {
    const std::size_t kind = random_.below(20);
    if (kind < 12)
      clause("by k", "by");
    else if (kind < 14)
      clause("by k, g", "by");
    else if (kind < 16 && !join_)
      clause("by r = g % 2", "by expression");
    key_ = kind < 14 ? "k" : kind < 16 && !join_ ? "r" : "";
  }

  void from() {
    const std::size_t kind = random_.below(10);
    std::string condition;
    if (random_.chance(30)) {
      constexpr const char* kConditions[] = {"v > 0", "w < 3.0", "s != \"a\"", "v is not null", "g == 0 or v > 2"};
      condition = "(" + one_of(kConditions) + ")";
      use("condition");
    }
    if (kind < 6) {
      case_.rule.from = "A" + condition;
    } else {
      case_.rule.from = kind < 8 ? "A" + condition + ", B" : "A | B" + condition;
      use("several types");
      two_types_ = true;
    }
  }

  void calendar() {
    unit_ = 3'600'000 * kMilli;
    unit_name_ = "h";
    from();
    by();
    const Int days = random_.between(1, 2);
    clause("window tumbling " + std::to_string(days) + "d in \"" +
               (random_.chance(70) ? "Europe/Berlin" : "America/New_York") + "\"",
           "calendar");
    spans_.push_back(24 * unit_ * days);
    common(true, true);
  }

  void plain() {
    from();
    by();
    bool early = false, late = false;
    switch (random_.below(10)) {
      case 0:
        clause("window tumbling " + half_span(random_.between(2, 8)), "tumbling");
        early = late = true;
        break;
      case 1:
      case 2: {
        const Int size = random_.between(2, 10);
        const std::string text = half_span(size);
        clause("window sliding " + text + " every " + half_span(random_.between(1, std::min<Int>(6, size + 2))),
               "sliding");
        early = late = true;
        break;
      }
      case 3:
      case 4:
        clause("window session " + half_span(random_.between(1, 6)), "session");
        early = late = true;
        break;
      case 5:
        clause("window rolling " + half_span(random_.between(1, 10)), "rolling");
        break;
      case 6:
        if (random_.chance(50)) {
          clause("window rolling " + span(random_.between(2, 6)) + " step " + half_span(random_.between(1, 4)),
                 "rolling with a step");
        } else {
          clause("rollup " + span(1) + ", " + span(random_.between(2, 3)) +
                     (random_.chance(50) ? ", " + span(random_.between(4, 6)) : ""),
                 "rollup");
          rollup_ = early = late = true;
        }
        break;
      case 7:
        clause("window last " + std::to_string(random_.between(1, 6)), "last");
        break;
      case 8:
        clause("window batch " + std::to_string(random_.between(1, 5)), "batch");
        early = true;
        break;
      default:
        clause("window global", "global");
        early_clause();
    }
    common(early, late);
  }

  void early_clause() {
    if (random_.chance(60))
      clause("every " + half_span(random_.between(1, 6)), "every");
    else
      clause("every " + std::to_string(random_.between(1, 4)) + " events", "every events");
  }

  void common(bool early, bool late) {
    if (early && random_.chance(30)) early_clause();
    if (late && random_.chance(40)) {
      clause("late " + half_span(random_.between(1, 12)), "late");
      late_ = true;
    }
    if (random_.chance(20)) clause("forget " + half_span(random_.between(2, 20)), "forget");
    if (random_.chance(15)) {
      std::string text =
          "throttle " + std::to_string(random_.between(1, 2)) + " per " + half_span(random_.between(1, 12));
      if (random_.chance(30)) text += aggregated_ ? " each max(" + numeric() + ")" : " each a.v";
      clause(text, "throttle");
    }
    if (random_.chance(60)) clause("when " + condition(true), "when");
  }

  void join() {
    join_ = true;
    const bool left = random_.chance(45), last = random_.chance(40);
    aggregated_ = random_.chance(60);
    constexpr const char* kOn[] = {
        "a.v == b.v", "a.v <= b.v", "a.s == b.s", "a.s == b.s and a.v != b.v", "a.g == b.g", "a.g == b.g and a.w > 0.5",
        "a.v == b.g"};
    const bool self = random_.chance(20);
    two_types_ = !self;
    case_.rule.from = std::string(random_.chance(20) ? "A(v > 0)" : "A") + " as a " + (left ? "left " : "") + "join " +
                      (last ? "last " : "") + (self ? "A" : "B") + (random_.chance(15) ? "(w < 3.0)" : "") +
                      " as b on " + one_of(kOn);
    use(last ? left ? "left as-of" : "as-of" : left ? "left join" : "join");
    if (self) use("self join");
    if (last && random_.chance(50)) {
      case_.rule.from += " within " + half_span(random_.between(1, 8));
      use("within");
    }
    by();
    if (last && !aggregated_) {
      common(false, false);
      return;
    }
    use(aggregated_ ? "join with aggregates" : "join by row");
    switch (random_.below(last ? 6 : 4)) {
      case 0:
        clause("window tumbling " + half_span(random_.between(2, 8)), "joined tumbling");
        break;
      case 1: {
        const Int size = random_.between(2, 10);
        const std::string text = half_span(size);
        clause("window sliding " + text + " every " + half_span(random_.between(1, std::min<Int>(6, size + 2))),
               "joined sliding");
        break;
      }
      case 2:
        clause("window session " + half_span(random_.between(1, 6)), "joined session");
        break;
      case 3:
        clause("window rolling " + half_span(random_.between(1, 10)), "joined rolling");
        common(false, false);
        return;
      case 4:
        clause("window last " + std::to_string(random_.between(1, 6)), "");
        common(false, false);
        return;
      default:
        clause("window batch " + std::to_string(random_.between(1, 5)), "");
        common(false, false);
        return;
    }
    common(aggregated_, false);
  }

  // ---- expressions

  std::string named(const std::string& field) {
    return join_ ? std::string(random_.chance(50) ? "a." : "b.") + field : field;
  }
  std::string numeric() { return named(random_.chance(50) ? "v" : random_.chance(80) ? "w" : "g"); }

  std::string argument(Take takes) {
    const std::size_t kind = random_.below(10);
    const bool any = takes == Take::any || takes == Take::ordered;
    if (takes == Take::any && kind < 4) return named("s");
    if ((any || takes == Take::add) && kind < 6) return named("d");
    if (kind == 9) return random_.chance(50) ? named("v") + " * 2" : named("w") + " + " + named("g");
    return numeric();
  }

  std::string aggregate(const Fn& fn) {
    use(fn.name);
    std::string text = std::string(fn.name) + "(" + argument(fn.takes);
    if (!fn.parameters.empty()) text += std::string(", ") + random_.pick(fn.parameters);
    return text + ")";
  }
  std::string aggregate() { return random_.chance(8) ? "count()" : aggregate(random_.pick(functions())); }

  std::string row_value() {
    constexpr const char* kValues[] = {"a.v",      "b.v",         "a.s", "b.s",    "a.w + b.w",
                                       "a.v ?? 7", "b.v is null", "a.d", "@start", "@end"};
    return one_of(kValues);
  }

  std::string value() {
    if (!aggregated_) return row_value();
    const std::size_t kind = random_.below(20);
    if (kind == 0) return "@start";
    if (kind == 1) return rollup_ && random_.chance(50) ? "@grain" : "@end";
    if (kind == 2 && !key_.empty()) return key_;
    if (kind == 3) return "max(" + join_safe("v") + ") - min(" + join_safe("v") + ")";
    if (kind == 4) return "(sum(" + join_safe("w") + ") ?? 0.0) / count()";
    if (kind == 5) return "if count() > 1 then last(" + join_safe("v") + ") else first(" + join_safe("v") + ")";
    return aggregate();
  }
  std::string join_safe(const std::string& field) { return join_ ? "a." + field : field; }

  std::string simple_condition() {
    const std::string few = std::to_string(random_.between(1, 3));
    if (!aggregated_) {
      constexpr const char* kConditions[] = {"a.v > 0", "b.v is not null", "a.w >= b.w",
                                             "a.s == \"a\" or b.s == \"a\""};
      return one_of(kConditions);
    }
    switch (random_.below(14)) {
      case 0:
      case 1:
        return "count() >= " + few;
      case 2:
        return "count() < " + few;
      case 3:
        return "sum(" + numeric() + ") > " + few;
      case 4:
        return "avg(" + numeric() + ") >= " + few;
      case 5:
        return "max(" + numeric() + ") > " + few;
      case 6:
        return "(last(" + join_safe("v") + ") ?? 0) >= " + few;
      case 7:
        return "distinct(" + join_safe("s") + ") >= 2";
      case 8:
        return "not (min(" + numeric() + ") < 1)";
      case 9:
        return "stddev(" + numeric() + ") < 1.5";
      case 10:
        return "first(" + join_safe("s") + ") == \"a\"";
      case 11:
        return "median(" + numeric() + ") > 0.5";
      case 12:
        return "sum(" + numeric() + ") < " + few;
      default:
        return random_.chance(50) ? "trend(" + numeric() + ") != \"steady\"" : "anomaly(" + numeric() + ", 1.0)";
    }
  }

  std::string condition(bool mixed) {
    const std::size_t kind = random_.below(10);
    if (!mixed || kind < 7) return simple_condition();
    return simple_condition() + (kind < 9 ? " or " : " and ") + simple_condition();
  }

  // ---- outputs

  void outputs() {
    const std::size_t count = random_.chance(70) ? 1 : 2;
    for (std::size_t place = 0; place < count; ++place) {
      WindowRule::Output output;
      const std::size_t kind = random_.below(10);
      const std::string number = std::to_string(place);
      if (kind < 4)
        output.head = "emit Out" + number;
      else if (kind < 5)
        output.head = "action act" + number;
      else
        alert(output);
      if (kind < 4) use("emit");
      const std::size_t fields = 1 + random_.below(5);
      for (std::size_t i = 0; i < fields; ++i)
        output.fields.emplace_back("p" + number + "f" + std::to_string(i),
                                   join_ && aggregated_ && i == 0 ? aggregate() : value());
      if (random_.chance(15)) {
        output.clauses.push_back("if (" + condition(false) + ")");
        use("if");
      }
      case_.rule.outputs.push_back(std::move(output));
    }
  }

  void alert(WindowRule::Output& output) {
    use("alert");
    output.head =
        aggregated_ && random_.chance(20) ? "alert (if count() > 2 then high else low) \"m\"" : "alert medium \"m\"";
    if (!aggregated_) return;
    if (random_.chance(25)) {
      output.clauses.push_back("hold " + half_span(random_.between(1, 10)));
      use("hold");
    }
    if (random_.chance(25)) {
      output.clauses.push_back("keep " + half_span(random_.between(1, 10)));
      use("keep");
    }
    if (random_.chance(20)) {
      output.clauses.push_back(random_.chance(50) ? "dedup by last(" + join_safe("s") + ")"
                                                  : "dedup by max(" + join_safe("v") + ")");
      use("dedup");
    }
  }

  // ---- streams

  Int gap() {
    const std::size_t kind = random_.below(100);
    if (kind < 25) return 0;
    if (kind < 50) return unit_ / 2 * random_.between(1, 4);
    if (kind < 75 && !spans_.empty()) {
      const Int exactly = random_.pick(spans_);
      const std::size_t beside = random_.below(10);
      return beside < 6 ? exactly : beside < 8 ? exactly + kMilli : std::max<Int>(0, exactly - kMilli);
    }
    if (kind < 92) return unit_ / 10 * random_.between(0, 20);
    if (kind < 96) return kMilli;
    return unit_ * random_.between(5, 40);
  }

  oracle::Event event(Int time) {
    const std::size_t kind = random_.below(20);
    const std::uint32_t type = kind == 0 ? 2 : two_types_ && kind < 10 ? 1 : 0;
    oracle::Event made{events::TypeId{type}, {time}, {}};
    if (type == 2) {
      made.fields = {Int{1}};
      return made;
    }
    constexpr std::array<const char*, 4> kTexts = {"a", "b", "c", "d"};
    made.fields.resize(6);
    if (!random_.chance(2)) made.fields[0] = std::string(1, static_cast<char>('x' + random_.below(keys_)));
    made.fields[1] = random_.between(0, 1);
    if (!random_.chance(12)) made.fields[2] = random_.between(-1, 4);
    if (!random_.chance(12)) made.fields[3] = 0.5 * static_cast<double>(random_.between(-1, 8));
    if (!random_.chance(12)) made.fields[4] = std::string(random_.pick(kTexts));
    if (!random_.chance(12)) made.fields[5] = Duration{500 * kMilli * random_.between(-1, 6) + random_.between(0, 1)};
    return made;
  }

  void stream() {
    keys_ = 1 + random_.below(3);
    const std::size_t length = 1 + random_.below(random_.chance(15) ? 40 : 20);
    const bool disorder = random_.chance(60);
    Int time = 1'704'067'200'000 * kMilli + unit_ * random_.between(-6, 30);
    if (unit_name_ == "h") {
      constexpr Int kDays[] = {1'711'800'000, 1'729'944'000, 1'709'985'600, 1'730'548'800, 1'704'067'200};
      time = kDays[random_.below(5)] * 1000 * kMilli + unit_ * random_.between(-24, 24);
    } else if (random_.chance(10)) {
      time = unit_ * random_.between(-8, 2);  // around 1970
    }
    for (std::size_t i = 0; i < length; ++i) {
      time += gap();
      Int at = time;
      if (disorder && random_.chance(35)) {
        const Int most = case_.lateness.ns + (late_ ? 8 : 1) * unit_;
        at -= random_.chance(50) ? unit_ / 2 * random_.between(0, most / (unit_ / 2)) : std::min(most, gap());
      }
      case_.stream.push_back(event(at));
    }
  }

  Random& random_;
  WindowCase case_;
  Int unit_ = 1000 * kMilli;
  std::string unit_name_ = "s";
  std::string key_;  ///< one of its parts
  std::vector<Int> spans_;
  bool aggregated_ = true, join_ = false, rollup_ = false, two_types_ = false, late_ = false;
  std::size_t keys_ = 1;
};

}  // namespace

std::string text_of(const WindowRule& rule) {
  std::string text = std::string(kDeclarations) + "rule r {\n  from " + rule.from + "\n";
  for (const std::string& clause : rule.clauses) text += "  " + clause + "\n";
  for (const WindowRule::Output& output : rule.outputs) {
    text += "  " + output.head + " {";
    for (std::size_t i = 0; i < output.fields.size(); ++i)
      text += (i == 0 ? " " : ", ") + output.fields[i].first + ": " + output.fields[i].second;
    text += " }";
    for (const std::string& clause : output.clauses) text += " " + clause;
    text += "\n";
  }
  return text + "}\n";
}

WindowCase random_window_case(Random& random) { return Writer(random).write(); }

std::vector<std::string> wanted_in_windows() {
  std::vector<std::string> wanted = {
      "tumbling", "calendar",     "sliding", "session",       "rolling",   "rolling with a step",
      "rollup",   "last",         "batch",   "global",        "join",      "left join",
      "as-of",    "left as-of",   "by",      "by expression", "condition", "several types",
      "every",    "every events", "late",    "forget",        "throttle",  "when",
      "if",       "hold",         "keep",    "dedup",         "emit",      "alert"};
  for (const Fn& fn : functions()) wanted.emplace_back(fn.name);
  return wanted;
}

}  // namespace tocsin::property
