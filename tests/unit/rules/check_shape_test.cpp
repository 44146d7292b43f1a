// What the language refuses of patterns, case by case, and what it doesn't.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

constexpr const char* kLetters = R"(
event A { k: string, x: int, y: int? }
event B { k: string, x: int }
event C { k: string, x: int, on: bool }
event X { k: string, x: int }
let none = 0s
let less = -1s
)";

/// A rule of one pattern; `clauses` in the place of `within 5m`.
std::string rule(const std::string& match, const std::string& clauses = "within 5m") {
  return kLetters + ("rule r {\n  match " + match + "\n  by k\n  " + clauses + "\n  alert info \"x\"\n}\n");
}

/// Errors only: what is warned of has its own tables.
void refuses(const std::string& text, const std::vector<std::string>& codes, const std::string& says = {}) {
  SCOPED_TRACE(text);
  const Checked checked = check_text(text);
  std::vector<std::string> found;
  for (const Diagnostic& diagnostic : checked.diagnostics)
    if (diagnostic.level == Level::error) found.push_back(diagnostic.code);
  EXPECT_EQ(found, codes) << checked.rendered;
  EXPECT_NE(checked.rendered.find(says), std::string::npos) << "missing: " << says << "\n" << checked.rendered;
}

struct Refused {
  std::string match;
  std::vector<std::string> codes;
  std::string says = {};
};

TEST(CheckShape, PatternsThatAreRight) {
  const std::string patterns[] = {
      "A => B ~> C",
      "A ->[10s] B =>[5s, 10s] C ~>[0s, 0s] A",
      "a: A -> b: B{2,3}? strict [10s] until (x > last(b.x))",
      "a: A -> b: B*+ any until X(x > a.x)",
      "(a: A -> b: B)+? strict [1m] until (x > 3)",
      "((a: A -> b: B)[10s]{2,} any -> C)[1m]{2}",
      "A or B",
      "a: A or b: B -> c: C",
      "(a: A or a: B) -> C",
      "(a: A -> b: B) or (b: C -> a: A)",
      "A and B and C",
      "A -> (B and (C -> A{2}) and (X or C))",
      "_ -> A",
      "A{3} -> not X -> B",
      "A => not X -> B",
      "A => not X",
      "A -> not X",
      "A -> not X for 10m",
      "A -> not X for 10m every 1m",
      "a: A -> not X(x > a.x) for (a.x * 1s)",
      "A -> not X for 10m -> B",
      "A -> not X for 10m -> not C for 5m",
      "not X for 10m -> A",
      "not X for 10m -> not C for 5m -> A",
      "not X for 10m -> A? -> B",
      "not X for 10m -> (A or B)",
      "not X for 10m -> (A and B)",
      "(not X for 10m -> A) and B",
      "(not X for 10m -> A) or B",
      "(not X for 10m -> A)+ -> B",
      "A? -> not X for 10m -> B",
      "A -> not _",
      "A -> (B -> not X) -> C",
      "A -> (B -> not X)+ -> C",
      "A -> ((B -> not X for 5m) and C)",
      "A -> ((not X for 5m) and C)",
      "A -> ((not X for 5m) or C)",
      "A -> (not X -> B)+",
      "(A* -> not X)+ -> B",
      "((A? or B*) -> not X -> not X for 5m){2} -> B",
      "(A* -> not X for 5m)[9m] -> B",
      "A -> (not X)? -> B",
      "A -> (not X for 5m){3} -> B",
      "A{1} until (x > 3)",
      "A? strict -> B",
      "(A and B){3} any",
      "(A or (B -> C)){3} [1m] until X",
      "A+?",
      "A{2,}+ -> B",
      "((((A))))",
      "(A -> (B -> (C)))",
  };
  for (const std::string& each : patterns) refuses(rule("all " + each), {});
}

TEST(CheckShape, Absences) {
  const Refused cases[] = {
      {"not X -> A", {"E0305"}, "can't begin with `not` without `for`"},
      {"not X -> not C for 5m -> A", {"E0305"}},
      {"not X for 5m -> not C -> A", {"E0305", "E0305"}},
      {"A? -> not X -> B", {"E0305"}, "may have no event before it"},
      {"A{0,3} -> not X -> B", {"E0305"}},
      {"(A -> B)* -> not X -> B", {"E0305"}},
      {"(A? -> B?)+ -> not X -> B", {"E0305"}},
      {"(A or B?) -> not X -> B", {"E0305"}},
      {"(A or (not X -> B)) -> C", {"E0305"}},
      {"(A? and B?) -> not X -> B", {"E0305"}},
      {"A and (not X -> B)", {"E0305"}},
      {"A and (not X)", {"E0305"}},
      {"A and (not X for 5m)", {"E0305"}, "no step behind it"},
      {"(A -> B) and (C? -> not X)", {"E0305"}},
      {"(not X -> A)+", {"E0305"}},
      {"(A* -> not X -> B*)+ -> A", {"E0305"}},
      {"(A* and (B* -> not X))+ -> A", {"E0305"}},
      {"(not X)? -> A", {"E0305"}},
      {"not X", {"E0305"}},
      {"not X for 5m", {"E0305"}},
      {"A => not X for 5m", {"E0321"}},
      {"A => not X for 5m -> B", {"E0321"}},
      {"a: A => not X for (a.x * 1s)", {"E0321"}},
      {"A => (not X for 5m -> B)", {"E0321"}},
      {"A => (not X for 5m -> B)+", {"E0321"}},
      {"A => ((not X for 5m) or B)", {"E0321"}},
      {"A ~> not X -> B", {"E0323"}, "`~>` can't stand before `not`"},
      {"A ~>[5s] not X -> B", {"E0323"}},
      {"A ->[5s] not X -> B", {"E0323"}, "takes no bound"},
      {"A =>[5s] not X -> B", {"E0323"}},
      {"A ~> not X", {"E0323"}},
      {"A ->[5s] (not X -> B)", {"E0323"}},
      {"A ~> ((not X -> B) or C)", {"E0323"}},
      {"A ~> ((not X -> B) and C)", {"E0323"}},
      {"A -> not X for 5m every 1m -> B", {"E0322"}},
      {"not X for 5m every 1m -> A", {"E0322"}},
      {"A -> (B or (not X for 5m every 1m))", {"E0322"}},
      {"A -> (B -> not X for 5m every 1m)+", {"E0322"}},
      {"A -> not X for 5m every 1m -> not C for 5m", {"E0322"}},
      {"A -> not X for 0s", {"E0316"}},
      {"A -> not X for none", {"E0316"}},
      {"A -> not X for 5m every 0s", {"E0316"}},
      {"A -> not X for (3)", {"E0319"}},
      {"A -> not X for (x)", {"E0502"}},
  };
  for (const Refused& each : cases) refuses(rule("all " + each.match), each.codes, each.says);
}

TEST(CheckShape, AbsencesAtTheEnd) {
  const Refused cases[] = {
      {"A -> not X", {"E0320"}, "needs an end"},
      {"A -> not X -> B?", {"E0320"}, "may be left out"},
      {"A -> not X -> (B or C*)", {"E0320"}},
      {"A -> not X for 5m -> not C", {"E0320"}},
      {"A -> (B -> not X)", {"E0320"}},
      {"A -> (B -> not X)+", {"E0320"}},
      {"A -> (B and (C -> not X))", {"E0320"}},
      {"A -> (B or (C -> not X))", {"E0320"}},
      {"(A and (B -> not X))", {"E0320"}},
      {"(A? and (B -> not X -> C?))", {"E0320"}},
      {"A -> (not X -> B?)+", {}},
      {"A -> (not X -> B)+", {}},
      {"A => not X", {}},
      {"A => (not X)", {}},
      {"A => ((not X) or B)", {}},
      {"A -> not X for 5m", {}},
      {"A -> not X -> B", {}},
      {"A -> (B -> not X) -> C", {}},
      {"A -> (B and (C -> not X)) -> A", {}},
  };
  for (const Refused& each : cases) {
    refuses(rule(each.match, "limit runs 5"), each.codes, each.says);
    refuses(rule(each.match), {});
  }
  refuses(rule("A -> not X for 0s", "limit runs 5"), {"E0316"});
  refuses(rule("A -> not X for (5)", "limit runs 5"), {"E0319"});
  refuses(rule("not X for 0s -> A"), {"E0316"});
}

TEST(CheckShape, Loops) {
  const Refused cases[] = {
      {"A until (x > 3)", {"E0325"}, "`until` belongs to a loop"},
      {"A strict", {"E0325"}},
      {"A any", {"E0325"}},
      {"A[5s] -> B", {"E0325"}, "`->[10s]`"},
      {"(A -> B) until X", {"E0325"}},
      {"(A) strict", {"E0325"}},
      {"A -> (B strict and C)", {"E0325"}},
      {"A strict until X", {"E0325", "E0325"}},
      {"A+ strict any", {"E0325"}, "`strict` and `any`"},
      {"(A -> B)++", {"E0326"}},
      {"(A){2,3}+", {"E0326"}},
      {"(A)++", {"E0326"}},
      {"A{3,2}", {"E0307"}, "{2,3}"},
      {"(A -> B){3,2}", {"E0307"}},
      {"((A){3,2})", {"E0307"}},
      {"A -> B{0}", {"E0307"}},
      {"A -> (B -> C){0,0}", {"E0307"}},
      {"A or B{0}", {"E0307"}},
      {"A+ [less]", {"E0316"}},
      {"(A -> B)[less]", {"E0316"}},
      {"A ->[10s, 5s] B", {"E0324"}, "[5s, 10s]"},
      {"A ->[less] B", {"E0316"}},
      {"A ->[0s] B", {}},
  };
  for (const Refused& each : cases) refuses(rule(each.match), each.codes, each.says);
}

TEST(CheckShape, NothingToMatch) {
  const Refused cases[] = {
      {"A?", {"E0306"}},          {"A* -> B{0,3}", {"E0306"}},
      {"(A? -> B?)+", {"E0306"}}, {"(A -> B)?", {"E0306"}},
      {"A? or B", {"E0306"}},     {"A? and B?", {"E0306"}},
      {"A? -> not X", {"E0306"}}, {"A? -> not X for 5m", {"E0306"}},
      {"A? and B", {}},
  };
  for (const Refused& each : cases) refuses(rule(each.match), each.codes, each.says);
}

TEST(CheckShape, Names) {
  const Refused cases[] = {
      {"a: A -> a: B", {"E0301"}},
      {"a: A and a: B", {"E0301"}},
      {"(a: A -> a: B) or C", {"E0301"}},
      {"(a: A or B) -> a: C", {"E0301"}},
      {"(a: A and (a: B or C))", {"E0301"}},
      {"(A or a: B) -> (a: C or X)", {"E0301"}},
      {"(a: A or a: B) and a: C", {"E0301"}},
      {"a: A -> (a: B or C)", {"E0301"}},
      {"((a: A -> X) and C) or ((B -> a: C) and a: A)", {"E0301"}},
      {"((a: A or B?) -> C) or a: X", {}},
      {"(a: A and C) or (B and a: C)", {}},
      {"(a: A or B) or a: C", {}},
      {"a: A or a: B", {}},
      {"(a: A -> B) or (C -> a: B)", {}},
      {"((a: A and C) or a: B)", {}},
      {"Z -> _", {"E0201"}},
      {"_ -> Z", {"E0201"}},
  };
  for (const Refused& each : cases) refuses(rule(each.match), each.codes, each.says);
}

TEST(CheckShape, AnyType) {
  const std::string of_any = "rule r {\n  match _{3}\n  by k\n  within 5m\n  alert info \"x\"\n}\n";
  refuses(kLetters + of_any, {"E0328"}, "add `from A, B`");
  refuses(rule("_ -> _", "within 5m\n  from A, B"), {});
  refuses(rule("_(on) -> C"), {});
  refuses(rule("_(on) -> C", "within 5m\n  from A, C"), {"E0203"});
  refuses(rule("_(x > 3) -> C", "within 5m\n  from A, C"), {});
  refuses(rule("A -> not _(x > 3) -> A"), {});
  refuses(rule("A+ until _(x > 3)"), {});
}

TEST(CheckShape, From) {
  refuses(rule("A+ until X", "within 5m\n  from A"), {"E0318"});
  refuses(rule("A -> not X -> A", "within 5m\n  from A"), {"E0318"});
  refuses(rule("(A or B) and A", "within 5m\n  from A"), {"E0318"});
  refuses(rule("A", "within 5m\n  from A, B"), {});
}

TEST(CheckShape, Policies) {
  const std::string pair = "a: A -> b: B+";
  const Refused cases[] = {
      {"skip to next", {}},
      {"keep", {}},
      {"skip to first b", {}},
      {"skip to last b", {}},
      {"skip to first a", {"E0327"}, "skip to next"},
      {"skip to last a", {"E0327"}},
      {"skip to first c", {"E0205"}, "`a` and `b`"},
  };
  for (const Refused& each : cases)
    refuses(rule(pair, "within 5m\n  after match " + each.match), each.codes, each.says);
  const std::pair<std::string, std::vector<std::string>> targets[] = {
      {"v: A+ -> B", {}},
      {"v: A{2} -> B", {}},
      {"(v: A -> B){2}", {}},
      {"v: A", {"E0327"}},
      {"v: A{1} -> B", {"E0327"}},
      {"v: A? -> B", {}},
      {"(v: A or B) -> C", {}},
      {"(v: A or v: B) -> C", {"E0327"}},
      {"(v: A -> C) or (v: B -> X)", {"E0327"}},
      {"(v: A and B)", {}},
      {"not X for 5m -> v: A -> B", {"E0327"}},
      {"B? -> v: A", {}},
  };
  for (const auto& [match, codes] : targets) refuses(rule(match, "within 5m\n  after match skip to last v"), codes);
  refuses(rule("v: A+ -> B", "within 5m\n  after match skip to first v"), {"E0327"});
  refuses(rule("(v: A -> B){2}", "within 5m\n  after match skip to first v"), {"E0327"});
  refuses(rule("v: A* -> B", "within 5m\n  after match skip to first v"), {});
}

TEST(CheckShape, Limits) {
  refuses(rule("all A"), {});
  refuses(rule("up to 3 A"), {});
  refuses(rule("up to 0 A"), {"E0316"});
  refuses(rule("A", "limit matches 0"), {"E0316"});
  refuses(rule("A", "limit matches 1"), {});
  refuses(rule("A", "limit memory 0MB"), {"E0316"});
  refuses(rule("A", "limit memory 64MB"), {});
  refuses(rule("A", "forget 0s"), {"E0316"});
  refuses(rule("A", "forget none"), {"E0316"});
  refuses(rule("A", "forget 1h"), {});
}

}  // namespace
}  // namespace tocsin::rules
