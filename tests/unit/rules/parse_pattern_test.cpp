// parse() of patterns and what stands around them: what binds to what, which words are names where, what is refused.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/rules/parse_cases.hpp"

namespace tocsin::rules {
namespace {

TEST(ParsePattern, OneElement) {
  const std::pair<std::string, std::string> cases[] = {
      {"A", "step A"},
      {"a: A|B|alert.c(x)", "step a: A|B|alert.c | name x"},
      {"_", "step _"},
      {"a: _(x)", "step a: _ | name x"},
      {"A?", "step A {0,1}"},
      {"A ?", "step A {0,1}"},
      {"A*", "step A {0,}"},
      {"A+", "step A {1,}"},
      {"A{3}", "step A {3}"},
      {"A{3,}", "step A {3,}"},
      {"A{0,n}", "step A {0,n}"},
      {"A??", "step A {0,1} reluctant"},
      {"A?+", "step A {0,1} possessive"},
      {"A*?", "step A {0,} reluctant"},
      {"A*+", "step A {0,} possessive"},
      {"A+?", "step A {1,} reluctant"},
      {"A++", "step A {1,} possessive"},
      {"A{2,3}?", "step A {2,3} reluctant"},
      {"A{2,3}+", "step A {2,3} possessive"},
      {"A ++", "step A {1,} possessive"},
      {"A+ strict", "step A {1,} strict"},
      {"A+strict any[5s]", "step A {1,} strict any gap 5s"},
      {"A+? [g] any", "step A {1,} reluctant any gap g"},
      {"A{2}[5s] until B", "step A {2} gap 5s | until | B"},
      {"A{2} until B|C(x)", "step A {2} | until | B|C | name x"},
      {"A{2} until (x)", "step A {2} | until | … | name x"},
      {"A until B", "step A | until | B"},
      {"A[5s]", "step A gap 5s"},
      {"(A)", "group | step A"},
      {"(A)[5s]", "group span 5s | step A"},
      {"(A){2}[5s]", "group {2} gap 5s | step A"},
      {"(A)[5s]{2}[6s]", "group span 5s {2} gap 6s | step A"},
      {"(A)[5s] [6s]", "group span 5s gap 6s | step A"},
      {"(A)*? strict until (x)", "group {0,} reluctant strict | step A | until | … | name x"},
      {"((A){2})", "group | group {2} | step A"},
      {"not A", "not | A"},
      {"not (A)", "not | A"},
      {"not (A or B(x) or C|D)", "not | A | B | name x | C|D"},
      {"not A for 10m", "not for 10m | A"},
      {"not A for d every e", "not for d every e | A"},
      {"not A for (2 * x) every 5m", "not every 5m | A | for | * | literal 2 | name x"},
      {"not _ for 1s", "not for 1s | _"},
  };
  for (const auto& [pattern, shown] : cases) {
    EXPECT_EQ(clause_of("match " + pattern), "match | " + shown) << pattern;
    EXPECT_EQ(clause_of("match Z -> " + pattern + " -> Z"), "match | step Z | -> " + shown + " | -> step Z") << pattern;
  }
}

TEST(ParsePattern, Arrows) {
  const std::pair<std::string, std::string> cases[] = {
      {"->", "->"},
      {"=>", "=>"},
      {"~>", "~>"},
      {"->[10s]", "->[10s]"},
      {"=> [10s]", "=>[10s]"},
      {"~>[ 5s , 1m ]", "~>[5s, 1m]"},
      {"->[a, b]", "->[a, b]"},
  };
  for (const auto& [arrow, shown] : cases)
    for (const std::string blank : {" ", "\n", ""})
      EXPECT_EQ(clause_of("match A" + blank + arrow + blank + "B"), "match | step A | " + shown + " step B") << arrow;
}

TEST(ParsePattern, WhatBindsToWhat) {
  const std::pair<std::string, std::string> cases[] = {
      {"A or B", "or | step A | step B"},
      {"A or B or C", "or | step A | step B | step C"},
      {"A and B and C", "and | step A | step B | step C"},
      {"A and B or C", "or | and | step A | step B | step C"},
      {"A or B and C", "or | step A | and | step B | step C"},
      {"A{2} or B+ and c: C", "or | step A {2} | and | step B {1,} | step c: C"},
      {"A -> B or C -> D", "step A | -> or | step B | step C | -> step D"},
      {"(A -> B) or C", "or | group | step A | -> step B | step C"},
      {"(A or B) and C", "and | group | or | step A | step B | step C"},
      {"(A or B){2}", "group {2} | or | step A | step B"},
      {"A =>[1s] (B and C)+ strict", "step A | =>[1s] group {1,} strict | and | step B | step C"},
      {"(A -> not B for 5s) and C", "and | group | step A | -> not for 5s | B | step C"},
      {"A+ until B or C", "or | step A {1,} | until | B | step C"},
      {"A|B or C", "or | step A|B | step C"},
  };
  for (const auto& [pattern, shown] : cases) EXPECT_EQ(clause_of("match " + pattern), "match | " + shown) << pattern;
}

TEST(ParsePattern, WordsOfLoopsAreNames) {
  for (const std::string word : {"for", "until", "strict", "any", "every", "all", "up", "to", "skip", "next", "past",
                                 "first", "last", "runs", "memory", "timeout", "forget", "keep"}) {
    EXPECT_EQ(clause_of("match " + word + ": A"), "match | step " + word + ": A");
    EXPECT_EQ(clause_of("match " + word), "match | step " + word);
    EXPECT_EQ(clause_of("match A -> " + word + " -> B"), "match | step A | -> step " + word + " | -> step B");
    if (word != "all") {  // `match all (…)` is a group
      EXPECT_EQ(clause_of("match " + word + "(" + word + "){2}"), "match | step " + word + " {2} | name " + word);
    }
    EXPECT_EQ(clause_of("match not " + word + " for 5s"), "match | not for 5s | " + word);
    if (word != "every") {
      EXPECT_EQ(clause_of("match not A for " + word + " -> B"), "match | not for " + word + " | A | -> step B");
    }
    EXPECT_EQ(clause_of("match A+ until " + word), "match | step A {1,} | until | " + word);
    EXPECT_EQ(clause_of("match all " + word + ": A"), "match all | step " + word + ": A");
    EXPECT_EQ(clause_of("after match skip to last " + word), "after match skip to last " + word);
  }
}

TEST(ParsePattern, ClausesAroundIt) {
  const std::pair<std::string, std::string> cases[] = {
      {"match all A", "match all | step A"},
      {"match all (A)", "match all | group | step A"},
      {"match all not A for 5s -> B", "match all | not for 5s | A | -> step B"},
      {"match all -> A", "match | step all | -> step A"},
      {"match all|A", "match | step all|A"},
      {"match all within 5m", "match | step all | within 5m"},
      {"match all\n by k", "match | step all | by | key k"},
      {"match up to 10 A", "match up to 10 | step A"},
      {"match up to n (A)", "match up to n | group | step A"},
      {"match up -> to", "match | step up | -> step to"},
      {"after match skip past last", "after match skip past last"},
      {"after match skip to next", "after match skip to next"},
      {"after match skip to first v", "after match skip to first v"},
      {"after match skip to last v", "after match skip to last v"},
      {"after match keep", "after match keep"},
      {"limit runs 5 limit matches n", "limit runs 5 | limit matches n"},
      {"limit memory 1B", "limit memory 1"},
      {"limit memory 2KB", "limit memory 2048"},
      {"limit memory 64MB", "limit memory 67108864"},
      {"limit memory 17179869183GB", "limit memory 18446744072635809792"},
      {"forget 1d12h", "forget 1d12h"},
      {"forget d", "forget d"},
      {"timeout emit X {}", "timeout emit X"},
      {"timeout action go {} if (x)", "timeout action go | only if | name x"},
      {"timeout alert low \"m\" { a: 1 } resolve after 5m if (x)",
       "timeout alert | name low | message | text \"m\" | field a | literal 1 | only if | name x | resolve after 5m"},
      {"timeout alert low \"m\" timeout alert high \"n\"",
       "timeout alert | name low | message | text \"m\" | timeout alert | name high | message | text \"n\""},
  };
  for (const auto& [clause, shown] : cases) EXPECT_EQ(clause_of(clause), shown) << clause;
}

TEST(ParsePattern, EachSlipIsOneProblemAtItsPlace) {
  const std::pair<std::string, std::string> cases[] = {
      // columns count from `rule r { `, which takes nine
      {"match A ~-> B", "E0105 18"},
      {"match A =>> B", "E0105 18"},
      {"match A ->[5s B", "E0101 24"},
      {"match A ->[5s", "E0101 24"},
      {"match A{2}{3}", "E0118 20"},
      {"match A + +", "E0118 20"},
      {"match A+ ?", "E0118 19"},
      {"match A???", "E0118 19"},
      {"match A{,2}", "E0101 18"},
      {"match A strict{2}", "E0101 24"},
      {"match A+ until B{2}", "E0118 26"},
      {"match A+ until B any", "E0101 19"},
      {"match A+ any any", "E0101 23"},
      {"match A+[1s][1s]", "E0101 23"},
      {"match A+ stricct", "E0112 19"},
      {"match A or not B", "E0101 21"},
      {"match A -> not B for 1s and C", "E0101 34"},
      {"match A -> not B+", "E0101 26"},
      {"match A -> not (B -> C)", "E0101 28"},
      {"match A -> not B for x.y", "E0101 31"},
      {"match A -> not B every 5m", "E0101 27"},
      {"match g: (A)", "E0101 16"},
      {"match (A)(x)", "E0101 19"},
      {"match A|_", "E0101 18"},
      {"match up 5 A", "E0101 19"},
      {"match up to A", "E0101 22"},
      {"after match skip to", "E0101 30"},
      {"after match skip past", "E0101 32"},
      {"limit memory 5", "E0106 23"},
      {"limit memory 5TB", "E0106 23"},
      {"limit memory 5m", "E0101 23"},
      {"limit memory 99999999999999999999GB", "E0108 23"},
      {"limit 5", "E0101 16"},
      {"forget 5", "E0106 17"},
      {"timeout throttle 1 per 1s", "E0101 18"},
      {"match A timeout", "E0101 26"},
  };
  for (const auto& [clause, problems] : cases) EXPECT_EQ(parse_rule(clause).problems, problems) << clause;
}

}  // namespace
}  // namespace tocsin::rules
