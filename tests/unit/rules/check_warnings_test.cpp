// What patterns are warned of, and what they aren't.
#include "tests/unit/rules/check_cases.hpp"

namespace tocsin::rules {
namespace {

constexpr const char* kLetters = R"(
event A { k: string, x: int, on: bool }
event B { k: string, x: int, on: bool }
event C { k: string, x: int, on: bool }
event X { k: string, x: int, on: bool }
)";

/// Of the table's own codes only.
struct Warned {
  std::string match;
  std::vector<std::string> codes;
  std::string clauses = "within 5m";
  std::string output = "alert info \"x\"";
};

void warns(const std::vector<std::string>& of, const Warned& test) {
  const std::string text =
      kLetters + ("rule r {\n  match " + test.match + "\n  by k\n  " + test.clauses + "\n  " + test.output + "\n}\n");
  SCOPED_TRACE(text);
  const Checked checked = check_text(text);
  EXPECT_TRUE(checked.set) << checked.rendered;
  std::vector<std::string> codes;
  for (const Diagnostic& diagnostic : checked.diagnostics)
    if (std::find(of.begin(), of.end(), diagnostic.code) != of.end()) codes.push_back(diagnostic.code);
  EXPECT_EQ(codes, test.codes) << checked.rendered;
}

TEST(CheckWarnings, WaitingWithoutEnd) {
  const Warned cases[] = {
      {"A", {}},
      {"A+", {}},
      {"A or B", {}},
      {"A -> B?", {}},
      {"A -> B*", {}},
      {"A{2}", {"W0301"}},
      {"A{2} [1m]", {}},
      {"A{2,} [1m]", {}},
      {"A -> B", {"W0301"}},
      {"A => B", {"W0301"}},
      {"A ->[1m] B", {}},
      {"A ->[1m] B -> C", {"W0301"}},
      {"A ->[1m] B ->[1m] C", {}},
      {"A? ->[1m] B", {}},
      {"A? -> B", {"W0301"}},
      {"A ->[1m] B+ ->[1m] C", {"W0301"}},
      {"A ->[1m] B+ [1m] ->[1m] C", {}},
      {"A ->[1m] B? ->[1m] C", {}},
      {"A -> B? ->[1m] C", {"W0301"}},
      {"A ->[1m] (B or C)", {}},
      {"A ->[1m] (b: B or c: C)", {}},
      {"A -> (b: B or c: C)", {"W0301"}},
      {"A or (B -> C)", {"W0301"}},
      {"A or (B ->[1m] C)", {}},
      {"(A -> B)[1m]", {}},
      {"(A? -> B)[1m]", {}},
      {"C -> (A -> B)[1m]", {"W0301"}},
      {"C ->[1m] (A -> B)[1m]", {}},
      {"(A -> B)[1m]+", {}},
      {"(A -> B)[1m]{2}", {"W0301"}},
      {"(A -> B)[1m]{2} [1m]", {}},
      {"(A -> B){2} [1m]", {"W0301"}},
      {"((A -> B){2} -> C)[1m]", {}},
      {"(A{3} -> B)[1m]", {}},
      {"A and B", {"W0301"}},
      {"(A and B)[1m]", {}},
      {"C ->[1m] (A and B)", {}},
      {"C ->[1m] (A and (B -> X))", {"W0301"}},
      {"A -> not X for 5m", {}},
      {"A -> B -> not X for 5m", {"W0301"}},
      {"A -> not X for 5m -> B", {"W0301"}},
      {"A -> not X for 5m ->[10m] B", {}},
      {"A -> B* -> not X for 5m", {"W0301"}},
      {"not X for 5m -> A", {}},
      {"not X for 5m -> A -> B", {"W0301"}},
      {"A => not X", {}},
      {"all A -> B?", {"W0301"}},
      {"all A+", {"W0301"}},
      {"all A", {}},
      {"up to 3 A+", {"W0301"}},
  };
  for (Warned each : cases) {
    each.clauses = "";
    warns({"W0301"}, each);
    each.clauses = "within 5m";
    each.codes = {};
    warns({"W0301"}, each);
  }
}

TEST(CheckWarnings, Choices) {
  const Warned cases[] = {
      {"A or A", {"W0309"}},
      {"A(x > 3) or A", {}},
      {"A or A(x > 3)", {"W0309"}},
      {"A(x > 3) or A(x>3)", {"W0309"}},
      {"A(x > 3) or A(x > 5)", {"W0309"}},
      {"A(x > 5) or A(x > 3)", {}},
      {"A(x > 3) or A(5 < x)", {"W0309"}},
      {"A(x >= 3) or A(x == 3)", {"W0309"}},
      {"A(x > 3) or A(x == 3)", {}},
      {"A(x > 3) or A(x > 5 and on)", {"W0309"}},
      {"A(x > 3 and on) or A(x > 5)", {}},
      {"A(on) or A(not on)", {}},
      {"A(on) or A(on and x > 3)", {"W0309"}},
      {"A|B or B", {"W0309"}},
      {"A|A", {"W0309"}},
      {"A or _", {"W0309"}},
      {"A or _", {}, "within 5m\n  from A, B"},
      {"A -> B -> (_ or A)", {"W0309"}},
      {"A -> B -> (A or B or _)", {"W0309"}},
      {"A -> not (X or X(x > 3)) -> B", {"W0309"}},
      {"A+ until X|X", {"W0309"}},
      {"a: A or b: A", {"W0309"}},
      {"all a: A or b: A", {}},
      {"a: A(x > 3) or b: A", {}},
      {"(a: A or b: A) -> C(x > b.x)", {}},
      {"(a: A or b: A) -> C", {"W0309"}},
      {"A or (A -> B)", {"W0309"}},
      {"(A -> B) or A", {"W0309"}},
      {"all A or (A -> B)", {}},
      {"(A or (A -> B)) => C", {}},
      {"X -> (A or (A -> B))", {"W0309"}},
      {"A or A{2}", {"W0309"}},
      {"A(x > 3) or (A -> B)", {}},
      {"A or (B -> A)", {}},
      {"A and A", {}},
      {"(A -> B) or (A -> B)", {"W0309"}},
      {"(A -> B) or (A => B)", {}},
      {"(A -> B) or (A ->[1m] B)", {}},
      {"(A -> B+ strict) or (A -> B+)", {}},
      {"(A -> B(x > 3)) or (A -> B(3 < x))", {"W0309"}},
      {"(A -> B(x > 3)) or (A -> B(x > 4))", {}},
      {"(A -> not X for 1m -> B) or (A -> not X for 1m -> B)", {"W0309"}},
      {"(A -> not X for 1m -> B) or (A -> not X for 2m -> B)", {}},
      {"(a: A -> B) or (b: A -> B)", {"W0309"}},
      {"all (a: A -> B) or (b: A -> B)", {}},
      {"all (A -> B) or (A -> B)", {"W0309"}},
      {"((a: A -> B) or (b: A -> B)) -> C(x > b.x)", {}},
      {"X or ((A -> B){2} and C) or ((A -> B){2} and C)", {"W0309"}},
  };
  for (const Warned& each : cases) warns({"W0309"}, each);
}

TEST(CheckWarnings, BeforeAClosingAbsence) {
  const Warned cases[] = {
      {"A -> B? -> not X for 5m", {"W0312"}},
      {"A -> B* -> not X for 5m", {"W0312"}},
      {"A+ -> not X for 5m", {"W0312"}},
      {"A{3,} -> not X for 5m", {"W0312"}},
      {"A{3,5} -> not X for 5m", {"W0312"}},
      {"A{3} -> not X for 5m", {}},
      {"A++ -> not X for 5m", {}},
      {"A{3,}+ -> not X for 5m", {}},
      {"A+? -> not X for 5m", {}},
      {"(A -> B)+ -> not X for 5m", {"W0312"}},
      {"A -> B? -> not X for 5m -> not C for 1m", {"W0312"}},
      {"a: A -> b: B? -> not X for (last(b.x) * 1s)", {}},
      {"a: A -> b: B* -> not X(x > last(b.x)) for 5m", {}},
      {"A -> B? -> C -> not X for 5m", {}},
      {"A{5,} [2s] -> not A for 5m", {}},
      {"A -> B? -> not (X or B) for 5m", {}},
      {"A(on)+ -> not A(not on) for 5m", {"W0312"}},
      {"A(x > 3)+ -> not A(x < 2) for 5m", {"W0312"}},
      {"A(x > 3)+ -> not A(x < 5) for 5m", {}},
      {"A -> B? -> not X", {}},
      {"A -> B? => not X", {}},
      {"A -> B? -> not X for 5m -> C", {}},
      {"all A -> B? -> not X for 5m", {}},
      {"A -> (B or C) -> not X for 5m", {}},
      {"A -> not X for 5m", {}},
  };
  for (const Warned& each : cases) warns({"W0312"}, each);
}

TEST(CheckWarnings, AllMatchesOfAStart) {
  const std::string keep = "within 5m\n  after match keep";
  const Warned cases[] = {
      {"all A -> B", {"W0313"}},
      {"all A -> B", {"W0313"}, "within 5m\n  after match skip to next"},
      {"all A -> B", {}, keep},
      {"up to 3 A -> B", {"W0313"}},
      {"up to 3 A -> B", {}, keep},
      {"A -> B", {}},
      {"all A", {}},
      {"all A or B", {}},
  };
  for (const Warned& each : cases) warns({"W0313"}, each);
}

TEST(CheckWarnings, TimeoutsThatNeverCome) {
  const std::string late = "timeout alert info \"late\"";
  const Warned cases[] = {
      {"A -> B", {"W0314"}, "limit runs 5", late},
      {"A -> B", {}, "within 5m", late},
      {"A ->[1m] B", {}, "limit runs 5", late},
      {"A -> B+ [1m] -> C", {}, "limit runs 5", late},
      {"(A -> B)[1m]", {}, "limit runs 5", late},
      {"(A -> B)+ [1m] -> C", {}, "limit runs 5", late},
      {"A -> B", {}, "limit runs 5"},
      {"A -> not X for 5m", {"W0314"}, "limit runs 5", late},
  };
  for (const Warned& each : cases) warns({"W0314"}, each);
}

TEST(CheckWarnings, Neighbours) {
  const Warned cases[] = {
      {"A => B -> not X for 5m", {"W0307"}},
      {"A{3} strict -> not X for 5m", {"W0307"}},
      {"(A -> B){3} strict -> not X for 5m", {"W0307"}},
      {"A -> (B or (A => B)) -> not X -> A", {"W0307"}},
      {"A -> (B and (A => B)) -> not X -> A", {"W0307"}},
      {"A{3} strict until X", {}},
      {"A => not X", {}},
      {"A => B -> not X for 5m", {}, "within 5m\n  from A, B, X"},
      {"A -> B -> not X for 5m", {}},
      {"A => B -> not A for 5m", {}},
  };
  for (const Warned& each : cases) warns({"W0307"}, each);
}

TEST(CheckWarnings, PairsAndTies) {
  const std::string pair = "a: A -> b: A(x > a.x)";
  const Warned cases[] = {
      {pair, {"W0308"}},
      {pair, {}, "within 5m\n  after match skip to last b"},
      {pair, {}, "within 5m\n  after match keep"},
      {"a: A -> b: A(x > 3)", {}},
      {"a: A(not on) -> b: A(on and x > a.x)", {}},
  };
  for (const Warned& each : cases) warns({"W0308"}, each);
  const std::string tied = "rule r {\n  match a: A -> b: B(k == a.k)\n  within 5m\n";
  const CheckCase ties[] = {
      {"past last", kLetters + tied + "  alert info \"x\"\n}\n", {"W0304"}, "by k"},
      {"keep", kLetters + tied + "  after match keep\n  alert info \"x\"\n}\n", {}},
      {"skip to next", kLetters + tied + "  after match skip to next\n  alert info \"x\"\n}\n", {}},
  };
  for (const CheckCase& each : ties) run(each);
}

TEST(CheckWarnings, GroupsWithoutTurns) {
  const Warned cases[] = {
      {"A -> (not X for 5m){3} -> B", {"W0311"}},
      {"A -> (not X)? -> B", {"W0311"}},
      {"A -> (not X) -> B", {}},
      {"A -> (not X -> B)+", {}},
  };
  for (const Warned& each : cases) warns({"W0311"}, each);
}

TEST(CheckWarnings, Partitions) {
  const auto without_key = [](const std::string& match) {
    return std::string("event P { k: string, v: int }\nevent Q { k: string, v: int }\nrule r {\n  match ") + match +
           "\n  within 5m\n  alert info \"x\"\n}\n";
  };
  const CheckCase cases[] = {
      {"one event", without_key("P"), {}},
      {"one of two", without_key("P or Q"), {}},
      {"at once", without_key("P+"), {}},
      {"two", without_key("P -> Q"), {"W0310"}},
      {"absence", without_key("P -> not Q for 5m"), {"W0310"}},
      {"absence before", without_key("not Q for 5m -> P"), {"W0310"}},
      {"both", without_key("P and Q"), {"W0310"}},
  };
  for (const CheckCase& each : cases) {
    CheckCase test = each;
    run(test);
  }
}

}  // namespace
}  // namespace tocsin::rules
