// Layers: emitted events as input of rules above, and the order of all outputs (semantics, section 7).
#include <gtest/gtest.h>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kRules = R"(
event T { k: string, x: int }
rule a { match t: T by k emit X { k, x: t.x } }
rule b { match t: T by k alert info "b" { x: t.x } }
rule c { match x: X by k alert info "c" { x: x.x } }
rule both { match t: T -> x: X(x == t.x) by k alert info "both" { t: t.x, x: x.x } }
rule up { match x: X(x > 1) by k emit Y { k, y: x.x * 10 } }
rule top { match y: Y by k alert info "top" { y: y.y } }
)";

Event t(const std::string& time, std::string k, std::int64_t x) { return {"T", time, {std::move(k), integer(x)}}; }

TEST(Layers, OneEventCompletesRulesOfSeveralLayers) {
  for (const std::uint32_t partitions : {1U, 3U}) {
    Drive drive(kRules, {.partitions = partitions, .parallel_from = 1});
    const InputId input = drive.engine.add_input({.name = "in"});
    drive.push(input, {t("1s", "k", 1)});
    EXPECT_EQ(drive.out(), "X@1s k=k x=1; b@1s x=1; both@1s t=1 x=1; c@1s x=1");
    drive.push(input, {t("2s", "k", 2)});
    EXPECT_EQ(drive.out(), "X@2s k=k x=2; b@2s x=2; both@2s t=2 x=2; c@2s x=2; Y@2s k=k y=20; top@2s y=20");
  }
}

TEST(Layers, ADerivedEventStandsBeforeTheNextInputEvent) {
  Drive drive(kRules);
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {t("1s", "k", 2), t("1s", "k", 3), t("1s", "l", 2)});
  EXPECT_EQ(drive.out(),
            "X@1s k=k x=2; b@1s x=2; both@1s t=2 x=2; c@1s x=2; Y@1s k=k y=20; top@1s y=20; "
            "X@1s k=k x=3; b@1s x=3; both@1s t=3 x=3; c@1s x=3; Y@1s k=k y=30; top@1s y=30; "
            "X@1s k=l x=2; b@1s x=2; both@1s t=2 x=2; c@1s x=2; Y@1s k=l y=20; top@1s y=20");
}

TEST(Layers, WhatTwoRulesEmitAtOneEventStandsByRule) {
  Drive drive(R"(
event T { x: int }
rule one { match t: T emit X { x: t.x, by_rule: 1 } emit X { x: t.x, by_rule: 2 } }
rule two { match t: T emit X { x: t.x, by_rule: 3 } }
rule zero { match x: X => y: X => z: X alert info "m" { a: x.by_rule, b: y.by_rule, c: z.by_rule } }
)");
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {{"T", "0s", {integer(7)}}});
  EXPECT_EQ(drive.out(), "X@0s x=7 by_rule=1; X@0s x=7 by_rule=2; X@0s x=7 by_rule=3; zero@0s a=1 b=2 c=3");
}

TEST(Layers, ADerivedEventHasIdTimeAndSource) {
  Drive drive(kRules);
  const InputId input = drive.engine.add_input({.name = "in"});
  Event event = t("5s", "k", 1);
  event.id = "first";
  event.source = "/plant";
  drive.push(input, {event});
  ASSERT_EQ(drive.outputs.all.size(), 4U);
  const events::Message& derived = drive.outputs.all[0];
  EXPECT_EQ(derived.kind, events::Message::Kind::event);
  EXPECT_EQ(derived.time, at("5s"));
  EXPECT_EQ(derived.id.size(), 32U);
  ASSERT_EQ(derived.causes.size(), 1U);
  EXPECT_EQ(derived.causes[0].id, "first");
  EXPECT_EQ(derived.causes[0].source, "/plant");
  const events::Message& both = drive.outputs.all[2];
  ASSERT_EQ(both.causes.size(), 2U);
  EXPECT_EQ(both.causes[0].id, "first");
  EXPECT_EQ(both.causes[1].id, derived.id);
  EXPECT_EQ(both.causes[1].source, "/tocsin/a");
  EXPECT_EQ(both.start, at("5s"));
}

TEST(Layers, AnEmittedEventOfADeclaredTypeIsPutOutWhereItsDeclarationReadsIt) {
  Drive drive(R"(
event T { k: string, x: int }
event E "wire.e" { k: string, v: int from "/deep/v" }
rule a { match t: T by k emit E { v: t.x, k } }
)");
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {t("0s", "key", 1)});
  ASSERT_EQ(drive.outputs.all.size(), 1U);
  std::string out;
  events::append_json(out, drive.outputs.all[0]);
  EXPECT_NE(out.find(R"("type":"wire.e")"), std::string::npos) << out;
  EXPECT_NE(out.find(R"("data":{"k":"key","deep":{"v":1}}})"), std::string::npos) << out;
}

TEST(Layers, DerivedNullsAndKeys) {
  Drive drive(R"(
event T { k: string, n: int? }
rule a { match t: T by k emit X { k, n: t.n } }
rule c { match x: X(n is null) by k alert info "c" { n: x.n } }
rule d { match x: X by n alert info "d" { n } }
)");
  const InputId input = drive.engine.add_input({.name = "in"});
  drive.push(input, {{"T", "0s", {"k"}}, {"T", "1s", {"k", integer(4)}}});
  EXPECT_EQ(drive.out(), "X@0s k=k n=null; c@0s n=null; X@1s k=k n=4; d@1s n=4");
  EXPECT_EQ(drive.engine.stats().rules[2].null_keys, 1U);
  EXPECT_EQ(drive.engine.stats().derived, 2U);
}

}  // namespace
}  // namespace tocsin::engine::testing
