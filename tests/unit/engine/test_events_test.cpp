// `load`: recorded events in rule tests.
#include "engine/test_events.hpp"

#include <gtest/gtest.h>

#include <map>

#include "engine/rule_tests.hpp"
#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

constexpr const char* kRules = R"(
event A "wire.a" { k: string, n: int, tags: list<string>, inner: { deep: float? } }
rule pair { match a: A{2} by k within 10s alert info "m" { first: first(a.n), last: last(a.n), deep: sum(a.inner.deep),
  tag: first(a.tags)[0] } }
)";

std::string line(const std::string& seconds, int n, const std::string& type = "wire.a") {
  return R"({"id":"r)" + std::to_string(n) + R"(","source":"/s","type":")" + type + R"(","time":"2024-01-01T00:00:)" +
         seconds + R"(Z","data":{"k":"k","n":)" + std::to_string(n) + R"(,"tags":["x","y"],"inner":{"deep":0.5}}})" +
         "\n";
}

struct Case {
  std::string what;
  std::string body;
  std::map<std::string, std::string> files;
  std::vector<std::string> failures;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases{
      {"recorded events",
       "load \"a.ndjson\" expect at 2s alert pair { first: 1, last: 2, deep: 1.0, tag: \"x\" } expect nothing else",
       {{"a.ndjson", line("01", 1) + line("02", 2)}},
       {}},
      {"with written ones between",
       "load \"a.ndjson\" at 2s A { k: \"k\", n: 5, tags: [\"z\"] } expect at 2s alert pair { last: 5 } expect nothing "
       "else",
       {{"a.ndjson", line("01", 1) + line("03", 2)}},
       {}},
      {"two files",
       "load \"a.ndjson\" load \"b.ndjson\" expect at 2s alert pair { last: 7 } expect at 4s alert pair { first: 2 }",
       {{"a.ndjson", line("01", 1) + line("03", 2)}, {"b.ndjson", line("02", 7) + line("04", 8)}},
       {}},
      {"events out of order come with the one before, and are late",
       "load \"a.ndjson\" expect nothing else",
       {{"a.ndjson", line("05", 1) + line("04", 2)}},
       {}},
      {"in the lateness they are not",
       "lateness 1s load \"a.ndjson\" expect at 5s alert pair { first: 2 }",
       {{"a.ndjson", line("05", 1) + line("04", 2)}},
       {}},
      {"undeclared types move time",
       "load \"a.ndjson\" expect nothing else",
       {{"a.ndjson", line("01", 1) + line("05", 2, "other") + line("04", 3)}},
       {}},
      {"no such file", "load \"c.ndjson\" expect nothing else", {}, {"can't load `c.ndjson`: no such file"}},
      {"an event that is none",
       "load \"a.ndjson\" expect nothing else",
       {{"a.ndjson", line("01", 1) + "{\"type\":\"wire.a\"}\n" + "7\n"}},
       {"`a.ndjson` has 2 events that are none"}},
  };
  return kCases;
}

TEST(TestEvents, Table) {
  for (const Case& test : cases()) {
    SCOPED_TRACE(test.what);
    try {
      rules::Diagnostics warnings;
      const auto set = rules_of(std::string(kRules) + "test pair \"t\" { " + test.body + " }");
      const TestReport report =
          run_test(*set, set->tests.front(), [&](const std::string& path) -> tl::expected<std::string, std::string> {
            const auto found = test.files.find(path);
            if (found == test.files.end()) return tl::unexpected(std::string("no such file"));
            return found->second;
          });
      std::vector<std::string> failures;
      for (const TestFailure& failure : report.failures)
        failures.push_back(failure.message.substr(0, failure.message.find(';')));
      EXPECT_EQ(failures, test.failures);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
}

TEST(TestEvents, LateOnesAreTold) {
  const auto set = rules_of(std::string(kRules) +
                            "test pair \"t\" { at 0s A { k: \"k\", n: 1, tags: [] } at 5s wait "
                            "at 1s arriving 4s A { k: \"k\", n: 2, tags: [] } expect alert pair }");
  const TestReport report = run_test(*set, set->tests.front());
  EXPECT_EQ(report.late, (std::vector<std::string>{"event 2: 3s behind the watermark"}));
  ASSERT_EQ(report.failures.size(), 1U);
  ASSERT_FALSE(report.failures[0].why.empty());
  EXPECT_EQ(report.failures[0].why.back(), "an event came too late, the first is event 2: 3s behind the watermark");
}

}  // namespace
}  // namespace tocsin::engine::testing
