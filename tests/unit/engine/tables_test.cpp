// Tables of files and of streams through the engine: what a lookup gives where it stands in the processing order, in
// any number of partitions, however the stream is cut.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

using events::Value;

Event reading(const std::string& time, std::string device, std::int64_t x) {
  return {"R", time, {std::move(device), integer(x)}};
}
Event note(const std::string& time, std::string device, std::int64_t until, Value mode = {}) {
  return {"M", time, {std::move(device), integer(until), std::move(mode)}};
}

// ---- files

struct FileCase {
  const char* name;
  const char* rules;
  std::vector<Event> events;
  const char* expected;
};

const std::map<std::string, std::string> kFiles = {
    {"sites.csv",
     "device,site,max,floor\n"
     "a,north,80.5,1\n"
     "b,south,,2\n"
     "\"c,d\",\"the \"\"east\"\"\",7,\n"},
    {"floors.ndjson",
     "{\"site\": \"north\", \"floor\": 1, \"pos\": {\"lat\": 52.5}, \"tags\": [\"x\", \"y\"]}\n"
     "{\"site\": \"north\", \"floor\": 2, \"pos\": {\"lat\": 48}, \"tags\": []}\n"},
};

const std::string kTables = R"(
event R { device: string, x: int }
table sites from "sites.csv" key device { device: string, site: string, max: float?, floor: int? }
table floors from "floors.ndjson" key site, floor { site: string, floor: int, pos: { lat: float }, tags: list<string> }
)";

TEST(FileTables, Cases) {
  const FileCase cases[] = {
      {"in outputs",
       "rule r { match r: R alert info \"m\" { s: sites[r.device].site, m: sites[r.device].max } }",
       {reading("1s", "a", 0), reading("2s", "b", 0), reading("3s", "c,d", 0), reading("4s", "e", 0)},
       "r@1s s=north m=80.5; r@2s s=south m=null; r@3s s=the \"east\" m=7; r@4s s=null m=null"},
      {"in conditions",
       "rule r { match r: R(x > sites[device].max) alert info \"m\" { d: r.device } }",
       {reading("1s", "a", 80), reading("2s", "a", 81), reading("3s", "b", 81), reading("4s", "c,d", 8)},
       "r@2s d=a; r@4s d=c,d"},
      {"asked for null",
       "rule r { match r: R(sites[device].max is null) alert info \"m\" { d: r.device } }",
       {reading("1s", "a", 80), reading("2s", "b", 81), reading("3s", "e", 81)},
       "r@2s d=b; r@3s d=e"},
      {"as a text that is made",
       "rule r { match r: R(sites[lower(device)].site == \"north\") alert info \"m\" "
       "{ m: sites[lower(r.device)].max, n: sites[format(\"{r.device}!\")].max } }",
       {reading("1s", "A", 80), reading("2s", "B", 81)},
       "r@1s m=80.5 n=null"},
      {"in a key",
       "rule r { match a: R -> b: R by site = sites[device].site within 1m alert info \"m\" { site } }",
       {reading("1s", "a", 0), reading("2s", "b", 0), reading("3s", "e", 0), reading("4s", "e", 0),
        reading("5s", "a", 0)},
       "r@5s site=north"},
      {"by several keys",
       "rule r { match r: R alert info \"m\" { l: floors[sites[r.device].site, r.x].pos.lat, "
       "t: floors[\"north\", r.x].tags } }",
       {reading("1s", "a", 1), reading("2s", "a", 2), reading("3s", "a", 3), reading("4s", "b", 1),
        reading("5s", "e", 1)},
       "r@1s l=52.5 t=[x, y]; r@2s l=48 t=[]; r@3s l=null t=null; r@4s l=null t=[x, y]; r@5s l=null t=[x, y]"},
      {"looking back",
       "rule r { match a: R -> b: R(x > sites[a.device].floor) within 1m alert info \"m\" { x: b.x } }",
       {reading("1s", "b", 1), reading("2s", "a", 2), reading("3s", "a", 3)},
       "r@3s x=3"},
      {"in a function",
       "fn top(d: string) = sites[d].max ?? 5.0\n"
       "rule r { match r: R(x > top(device)) alert info \"m\" { t: top(r.device) } }",
       {reading("1s", "b", 5), reading("2s", "b", 6), reading("3s", "a", 81)},
       "r@2s t=5; r@3s t=80.5"},
      {"on the other side of `or`",
       "rule r { match r: R(x > 3 or sites[device].floor == 1 and not (sites[device].max > 90)) "
       "alert info \"m\" { x: r.x } }",
       {reading("1s", "b", 5), reading("2s", "a", 1), reading("3s", "b", 1)},
       "r@1s x=5; r@2s x=1"},
  };
  for (const FileCase& test : cases) {
    SCOPED_TRACE(test.name);
    for (const std::uint32_t partitions : {1U, 3U}) {
      Drive drive(kTables + test.rules, {.partitions = partitions, .parallel_from = 1}, kFiles);
      drive.push(drive.engine.add_input({.name = "in"}), test.events);
      drive.engine.finish(true);
      EXPECT_EQ(drive.out(), test.expected) << partitions << " partitions";
    }
  }
}

TEST(FileTables, ManyRows) {
  std::string csv = "id,name,value\n";
  for (int i = 0; i < 20'000; ++i)
    csv += std::to_string(i * 7) + ",n" + std::to_string(i) + "," + std::to_string(i) + ".5\n";
  Drive drive(
      "event R { device: string, x: int }\n"
      "table big from \"big.csv\" key id { id: int, name: string, value: float }\n"
      "table names from \"big.csv\" key name { id: int, name: string }\n"
      "rule r { match r: R alert info \"m\" { n: big[r.x].name, v: big[r.x].value, i: names[r.device].id } }",
      {.partitions = 1}, {{"big.csv", csv}});
  const InputId input = drive.engine.add_input({.name = "in"});
  for (int i = 0; i < 20'000; i += 97) {
    drive.push(input,
               {reading("1s", "n" + std::to_string(i), i * 7), reading("1s", "m" + std::to_string(i), i * 7 + 1)});
    ASSERT_EQ(drive.out(), fmt::format("r@1s n=n{} v={}.5 i={}; r@1s n=null v=null i=null", i, i, i * 7));
  }
}

// ---- streams

const std::string kStream = R"(
event R { device: string, x: int }
event M { device: string, until: int, mode: string? }
table m from M key device
)";

struct StreamCase {
  const char* name;
  const char* rules;
  std::vector<Event> events;
  const char* expected;
};

TEST(StreamTables, Cases) {
  const StreamCase cases[] = {
      {"the latest before the reader",
       "rule r { match r: R alert info \"m\" { u: m[r.device].until } }",
       {reading("1s", "a", 0), note("1s", "a", 1), reading("1s", "a", 0), reading("2s", "b", 0), note("2s", "a", 2),
        reading("2s", "a", 0), note("3s", "b", 3), reading("3s", "b", 0)},
       "r@1s u=null; r@1s u=1; r@2s u=null; r@2s u=2; r@3s u=3"},
      {"the reader itself isn't in it",
       "rule r { match n: M alert info \"m\" { u: m[n.device].until } }",
       {note("1s", "a", 1), note("1s", "a", 2), note("2s", "b", 3), note("3s", "a", 4)},
       "r@1s u=null; r@1s u=1; r@2s u=null; r@3s u=2"},
      {"a field that is null in the latest",
       "rule r { match r: R alert info \"m\" { m: m[r.device].mode } }",
       {note("1s", "a", 1, std::string("x")), reading("2s", "a", 0), note("3s", "a", 2), reading("4s", "a", 0)},
       "r@2s m=x; r@4s m=null"},
      {"in conditions",
       "rule r { match r: R(x > 0 and not (m[device].until > x)) alert info \"m\" { x: r.x } }",
       {reading("1s", "a", 1), note("2s", "a", 5), reading("3s", "a", 4), reading("4s", "a", 5), reading("4s", "b", 1),
        reading("5s", "a", 0)},
       "r@1s x=1; r@4s x=5; r@4s x=1"},
      {"conditions are judged in turn, not as of the end of the batch",
       "rule r { match r: R(m[device].until == x) alert info \"m\" { x: r.x } }",
       {note("1s", "a", 1), reading("1s", "a", 1), note("1s", "a", 2), reading("1s", "a", 1), reading("1s", "a", 2)},
       "r@1s x=1; r@1s x=2"},
      {"timers see all of their time",
       "rule r { match r: R -> not R for 5s by device alert info \"m\" { u: m[r.device].until } }",
       {reading("1s", "a", 0), note("2s", "a", 1), note("6s", "a", 2), note("6001ms", "a", 3), note("9s", "a", 4)},
       "r@6s u=2"},
      {"in a key, as of the event",
       "rule r { match a: R -> b: R by mode = m[device].mode within 1m alert info \"m\" { mode, x: b.x } }",
       {note("0s", "a", 0, std::string("on")), note("0s", "b", 0, std::string("off")), reading("1s", "a", 1),
        reading("2s", "b", 2), note("3s", "b", 0, std::string("on")), reading("4s", "b", 3)},
       "r@4s mode=on x=3"},
      {"loops and absences",
       "rule r { match a: R(m[device].until > 0){2} -> not R(m[device].until < 0) -> b: R(x == 9) by device "
       "within 1m alert info \"m\" { n: count(a) } }",
       {note("0s", "a", 1), reading("1s", "a", 0), note("1s", "a", 0), reading("2s", "a", 0), note("3s", "a", 1),
        reading("4s", "a", 0), note("5s", "a", -1), reading("5500ms", "a", 8), reading("6s", "a", 9),
        note("6s", "a", 0), reading("7s", "a", 9)},
       ""},
      {"loops and no absence",
       "rule r { match a: R(m[device].until > 0){2} -> not R(m[device].until < 0) -> b: R(x == 9) by device "
       "within 1m alert info \"m\" { n: count(a) } }",
       {note("0s", "a", 1), reading("1s", "a", 0), note("1s", "a", 0), reading("2s", "a", 0), note("3s", "a", 1),
        reading("4s", "a", 0), note("5s", "a", 0), reading("6s", "a", 8), note("6s", "a", 0), reading("7s", "a", 9)},
       "r@7s n=2"},
      {"threads",
       "rule r { match all a: R ~> b: R(x > m[a.device].until) after match keep within 1m alert info \"m\" { a: a.x, "
       "b: b.x } }",
       {note("0s", "a", 2), reading("1s", "a", 1), reading("2s", "b", 2), note("2s", "a", 3), reading("3s", "a", 3),
        reading("4s", "a", 4)},
       "r@4s a=1 b=4; r@4s a=3 b=4"},
      {"what resolves",
       "rule r { match r: R(x > 5) by device alert high \"m\" { x: r.x } resolve R(x < m[device].until) }",
       {reading("1s", "a", 6), reading("2s", "a", 1), note("3s", "a", 2), reading("4s", "a", 3), reading("5s", "a", 1)},
       "r@1s x=6; r@5s x=6"},
      {"attributes",
       "rule r { match r: R alert info \"m\" { t: r.@time - m[r.device].@time, i: m[r.device].@id } }",
       {note("1s", "a", 2), reading("3s", "a", 0)},
       "r@3s t=2s i=0"},
      {"emitted events",
       "rule up { match r: R(x > 5) emit E { device: r.device, n: r.x } }\n"
       "table e from E key device\n"
       "rule r { match r: R alert info \"m\" { n: e[r.device].n } }",
       {reading("1s", "a", 6), reading("2s", "a", 1), reading("3s", "a", 7), reading("3s", "b", 1),
        reading("4s", "a", 1)},
       "r@1s n=null; E@1s device=a n=6; r@2s n=6; r@3s n=6; E@3s device=a n=7; r@3s n=null; r@4s n=7"},
      {"events that time emits",
       "rule up { match r: R -> not R for 2s by device emit E { device, n: r.x } }\n"
       "table e from E key device\n"
       "rule r { match r: R alert info \"m\" { n: e[r.device].n } }",
       {reading("1s", "a", 6), reading("3s", "b", 1), reading("3s", "a", 2), reading("5s", "b", 3),
        reading("6s", "b", 4)},
       "r@1s n=null; r@3s n=null; r@3s n=null; r@5s n=null; E@5s device=a n=2; r@6s n=null; E@8s device=b n=4"},
      {"in functions, of emitted events",
       "fn seen(d: string) = e[d].n ?? 0\n"
       "rule up { match r: R(x > 5) emit E { device: r.device, n: r.x } }\n"
       "table e from E key device\n"
       "rule r { match r: R(seen(device) > 0) alert info \"m\" { n: seen(r.device) } }",
       {reading("1s", "a", 6), reading("2s", "a", 1)},
       "E@1s device=a n=6; r@2s n=6"},
      {"two tables of one type",
       "table by_mode from M key until, device\n"
       "rule r { match r: R alert info \"m\" { u: m[r.device].mode, b: by_mode[r.x, r.device].mode } }",
       {note("1s", "a", 1, std::string("p")), note("2s", "a", 2, std::string("q")), reading("3s", "a", 1)},
       "r@3s u=q b=p"},
      {"out of order",
       "rule r { match r: R alert info \"m\" { u: m[r.device].until } }",
       {note("5s", "a", 5), note("3s", "a", 3), reading("4s", "a", 0), reading("6s", "a", 0)},
       "r@4s u=3; r@6s u=5"},
  };
  for (const StreamCase& test : cases) {
    SCOPED_TRACE(test.name);
    for (const std::uint32_t partitions : {1U, 3U}) {
      for (const std::size_t size : {1U, 2U, 100U}) {
        Drive drive(kStream + test.rules, {.partitions = partitions, .parallel_from = 1});
        const InputId input = drive.engine.add_input({.name = "in", .lateness = duration_of("10s")});
        for (std::size_t i = 0; i < test.events.size(); i += size)
          drive.push(input,
                     {test.events.begin() + static_cast<std::ptrdiff_t>(i),
                      test.events.begin() + static_cast<std::ptrdiff_t>(std::min(i + size, test.events.size()))});
        drive.engine.finish(true);
        EXPECT_EQ(drive.out(), test.expected) << partitions << " partitions, batches of " << size;
      }
    }
  }
}

TEST(StreamTables, Windows) {
  const std::string rules = kStream + R"(
rule w {
  from   R(x < m[device].until)
  by     device
  window tumbling 10s
  when   count() > 0
  emit   W { device, n: count(), most: max(m[device].until), u: m[device].until }
}
)";
  const std::vector<Event> events = {reading("0s", "a", 1), note("1s", "a", 5),     reading("2s", "a", 1),
                                     note("3s", "a", 3),    reading("4s", "a", 4),  reading("5s", "a", 2),
                                     note("6s", "a", 1),    reading("12s", "a", 0), note("15s", "a", 9)};
  for (const std::uint32_t partitions : {1U, 3U}) {
    for (const std::size_t size : {1U, 3U, 100U}) {
      Drive drive(rules, {.partitions = partitions, .parallel_from = 1});
      const InputId input = drive.engine.add_input({.name = "in"});
      for (std::size_t i = 0; i < events.size(); i += size)
        drive.push(input, {events.begin() + static_cast<std::ptrdiff_t>(i),
                           events.begin() + static_cast<std::ptrdiff_t>(std::min(i + size, events.size()))});
      drive.engine.finish(true);
      EXPECT_EQ(drive.out(),
                "W@9s999ms999us999ns device=a n=2 most=5 u=1; W@19s999ms999us999ns device=a n=1 most=1 u=9")
          << partitions << " " << size;
    }
  }
}

const std::string kMany = kStream + R"(
table e from E key device
rule cond { match r: R(m[device].until >= x) by device alert info "m" { d: r.device, u: m[r.device].until } }
rule quiet { match r: R -> not R for 5s by device alert info "m" { d: r.device, u: m[r.device].until } }
rule moded { match a: R -> b: R by mode = m[device].mode within 1h alert info "m" { mode, u: m[b.device].until } }
rule back { match a: R -> b: R(x > m[a.device].until) by device within 1m alert info "m" { x: b.x } }
rule ways { match all a: R ~> b: R(m[device].until > a.x) by device after match keep within 4s alert info "m" { a: a.x } }
rule lives { match r: R(x > 3) by device alert high "m" { x: r.x } resolve R(m[device].until == x) }
rule up { match r: R(x > m[device].until) by device emit E { device, n: r.x } }
rule above { match r: R(e[device].n > x) by device alert info "m" { d: r.device, n: e[r.device].n } }
rule window { from R(e[device].n > 0) by device window sliding 6s every 2s when count() > 0 emit W { device, n: sum(m[device].until), u: m[device].until } }
)";

std::vector<Event> random_events(std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t n) { return static_cast<std::int64_t>(random() % n); };
  std::vector<Event> events;
  std::int64_t time = 0;
  for (int i = 0; i < 300; ++i) {
    time += below(3);
    const std::string at = std::to_string(std::max<std::int64_t>(0, time - below(4))) + "s";
    const std::string device(1, static_cast<char>('a' + below(4)));
    if (below(3) == 0)
      events.push_back(note(at, device, below(8),
                            below(4) == 0 ? Value{} : Value(std::string(1, static_cast<char>('x' + below(3))))));
    else
      events.push_back(reading(at, device, below(8)));
  }
  return events;
}

/// Of rule `cond`, from the list of events.
std::string told_by_cond(std::vector<Event> events) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return at(a.time) < at(b.time); });
  std::map<std::string, std::int64_t> until;
  std::string text;
  for (const Event& event : events) {
    const auto& device = std::get<std::string>(event.values[0]);
    const std::int64_t number = std::get<std::int64_t>(event.values[1]);
    if (event.type == "M")
      until[device] = number;
    else if (until.contains(device) && until[device] >= number)
      text += fmt::format("{}cond@{} d={} u={}", text.empty() ? "" : "; ",
                          events::format_duration(at(event.time) - at("0s")), device, until[device]);
  }
  return text;
}

std::string only(const std::string& rule, const std::string& told) {
  std::string text;
  for (std::size_t begin = 0; begin < told.size();) {
    const std::size_t end = std::min(told.find("; ", begin), told.size());
    const std::string one = told.substr(begin, end - begin);
    if (one.starts_with(rule + "@")) text += (text.empty() ? "" : "; ") + one;
    begin = end + 2;
  }
  return text;
}

TEST(StreamTables, PartitionsBatchesAndStateChangeNothing) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    const std::vector<Event> events = random_events(seed);
    std::string expected;
    for (const std::uint32_t partitions : {1U, 2U, 5U}) {
      for (const std::size_t size : {1U, 7U, 64U, 1000U}) {
        auto drive = std::make_unique<Drive>(kMany, Options{.partitions = partitions, .parallel_from = 1});
        const InputOptions options{.name = "in", .lateness = duration_of("4s")};
        InputId input = drive->engine.add_input(options);
        for (std::size_t i = 0; i < events.size(); i += size)
          drive->push(input, {events.begin() + static_cast<std::ptrdiff_t>(i),
                              events.begin() + static_cast<std::ptrdiff_t>(std::min(i + size, events.size()))});
        drive->engine.finish(true);
        const std::string told = drive->out();
        if (expected.empty()) {
          expected = told;
          EXPECT_EQ(only("cond", told), told_by_cond(events)) << "seed " << seed;
          for (const char* rule : {"quiet", "moded", "back", "ways", "lives", "above", "E", "W"})
            EXPECT_FALSE(only(rule, told).empty()) << rule << ", seed " << seed;
        }
        ASSERT_EQ(told, expected) << "seed " << seed << ", " << partitions << " partitions, batches of " << size;
      }
    }
  }
}

TEST(StreamTables, GoOnFromWrittenState) {
  std::vector<Event> events = random_events(99);
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return at(a.time) < at(b.time); });
  for (const std::size_t cut : {1U, 50U, 150U, 299U}) {
    Drive whole(kMany);
    const InputId input = whole.engine.add_input({.name = "in"});
    const auto middle = events.begin() + static_cast<std::ptrdiff_t>(cut);
    whole.push(input, {events.begin(), middle});
    const std::string bytes = whole.engine.write_state();
    whole.out();
    whole.push(input, {middle, events.end()});
    whole.engine.finish(true);
    const std::string expected = whole.out();
    for (const std::uint32_t partitions : {1U, 3U}) {
      Drive other(kMany, {.partitions = partitions, .parallel_from = 1});
      const auto read = other.engine.read_state(bytes);
      ASSERT_TRUE(read) << read.error();
      other.push(other.engine.add_input({.name = "in"}), {middle, events.end()});
      other.engine.finish(true);
      EXPECT_EQ(other.out(), expected) << cut << " " << partitions;
    }
  }
}

}  // namespace
}  // namespace tocsin::engine::testing
