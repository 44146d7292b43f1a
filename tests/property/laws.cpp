// Laws of the engine: for the same events in the same order of arrival the same bytes come out, for any number of
// partitions, any size of batches, and with the state written and read into a new engine on the way (semantics,
// section 7).
//
// On a generated stream, and on recorded ones where the environment variable TOCSIN_TEST_DATA (default ../shared/data)
// names a folder that has them. TOCSIN_CASES below 100000 (slow builds) takes a tenth of everything.
#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "engine/engine.hpp"
#include "events/decode.hpp"
#include "rules/compile.hpp"
#include "tests/property/environment.hpp"
#include "tests/property/random_source.hpp"

namespace tocsin::property {
namespace {

struct StillClock : engine::Clock {
  events::Time now() override { return {}; }
  events::Duration monotonic() override { return {}; }
};
struct Bytes : engine::OutputSink {
  void take(const events::Message& message) override {
    events::append_json(text, message);
    ++count;
  }
  std::string text;
  std::size_t count = 0;
};
struct Letters : events::DeadLetterSink {
  void take(const events::DeadLetter& letter) override { events::append_json(text, letter); }
  std::string text;
};

std::shared_ptr<const rules::RuleSet> rules_of(const std::string& text) {
  const rules::Sources sources{{"laws.rules", text}};
  rules::Diagnostics warnings;
  auto set = rules::compile(sources, warnings);
  if (!set) throw std::runtime_error(rules::render(set.error(), sources, false));
  return std::make_shared<const rules::RuleSet>(*std::move(set));
}

/// Rules and what arrives, as lines of JSON.
struct Recording {
  std::string name;
  std::string rules;
  events::Duration lateness{};
  std::vector<std::string> lines{};
};

struct Way {
  std::uint32_t partitions = 1;
  std::size_t batch = 64;
  std::size_t save_every = 0;  ///< batches; 0: never
};
std::string text_of(const Way& way) {
  return fmt::format("{} partitions, batches of {}, {}", way.partitions, way.batch,
                     way.save_every == 0 ? "never saved" : fmt::format("saved every {} batches", way.save_every));
}

struct Result {
  std::string outputs;
  std::string letters;
  std::size_t messages = 0;
  std::size_t saves = 0;
};

/// An engine with symbols and a decoder of its own.
struct Running {
  Running(std::shared_ptr<const rules::RuleSet> set, const Recording& recording, std::uint32_t partitions, Bytes& out,
          Letters& letters)
      : engine(std::move(set), {.partitions = partitions, .parallel_from = 1}, symbols, out, letters, clock),
        input(engine.add_input({.name = recording.name, .lateness = recording.lateness})),
        decoder(engine.schema(), symbols, recording.name, {}, letters) {}
  StillClock clock;
  events::SymbolTable symbols;
  engine::Engine engine;
  engine::InputId input;
  events::Decoder decoder;
};

/// The first `count` lines of `recording` in the given way. After each `save_every`-th batch with nothing waiting the
/// state goes into a new engine, of another number of partitions each time.
Result run(const std::shared_ptr<const rules::RuleSet>& set, const Recording& recording, std::size_t count,
           const Way& way) {
  Bytes out;
  Letters letters;
  Result result;
  auto running = std::make_unique<Running>(set, recording, way.partitions, out, letters);
  std::size_t since_save = 0;
  std::uint64_t offset = 0;
  for (std::size_t begin = 0; begin < count; begin += way.batch) {
    const std::size_t end = std::min(begin + way.batch, count);
    std::string text;
    for (std::size_t i = begin; i < end; ++i) text += recording.lines[i];
    auto loaded = running->engine.take_batch();
    char* bytes = loaded->batch.arena.allocate(text.size());
    std::copy(text.begin(), text.end(), bytes);
    running->decoder.begin({begin + 1, offset});
    offset += text.size();
    if (running->decoder.decode({bytes, text.size()}, true, {}, 1'000'000, loaded->batch) != text.size())
      throw std::runtime_error("not all was decoded");
    running->engine.push(running->input, std::move(loaded));
    if (way.save_every == 0 || ++since_save < way.save_every || running->engine.stats().waiting > 0) continue;
    since_save = 0;
    const std::string state = running->engine.write_state();
    constexpr std::uint32_t kPartitions[] = {1, 2, 3, 8};
    running = std::make_unique<Running>(set, recording, kPartitions[++result.saves % 4], out, letters);
    if (const auto read = running->engine.read_state(state); !read) throw std::runtime_error(read.error());
  }
  running->engine.finish(true);
  result.outputs = std::move(out.text);
  result.letters = std::move(letters.text);
  result.messages = out.count;
  return result;
}

/// The first lines in which `a` and `b` differ.
std::string difference(const std::string& a, const std::string& b) {
  std::size_t at = 0;
  while (at < std::min(a.size(), b.size()) && a[at] == b[at]) ++at;
  const std::size_t line = at == 0 ? std::string::npos : a.rfind('\n', at - 1);
  const std::size_t begin = line == std::string::npos ? 0 : line + 1;
  const auto from = [&](const std::string& text) {
    return begin >= text.size() ? std::string("(nothing)") : text.substr(begin, text.find('\n', begin) - begin);
  };
  return fmt::format("expected {}\n     got {}", from(a), from(b));
}

void check(const Recording& recording) {
  const auto started = std::chrono::steady_clock::now();
  const bool slow = number_from_environment("TOCSIN_CASES", 1'000'000) < 100'000;
  const auto set = rules_of(recording.rules);
  const std::size_t all = recording.lines.size() / (slow ? 10 : 1);
  const std::size_t some = std::min<std::size_t>(all, slow ? 300 : 12'000);  // for ways whose every batch costs much
  std::size_t ways = 0;
  std::size_t saves = 0;
  std::size_t messages = 0;
  const auto law = [&](std::size_t count, const std::vector<Way>& all_ways) {
    const Result expected = run(set, recording, count, {.partitions = 1, .batch = 1024});
    if (expected.messages > messages && !slow) {
      for (const rules::RulePlan& rule : set->rules) {
        EXPECT_EQ(expected.outputs.find("/tocsin/" + rule.name + "\"") == std::string::npos, rule.shadow)
            << rule.name << (rule.shadow ? " is no shadow" : " is silent");
      }
    }
    EXPECT_GT(expected.messages, 0U);
    messages = std::max(messages, expected.messages);
    for (const Way& way : all_ways) {
      const Result got = run(set, recording, count, way);
      ++ways;
      saves += got.saves;
      EXPECT_TRUE(got.outputs == expected.outputs)
          << recording.name << ", first " << count << " events, " << text_of(way) << "\n"
          << difference(expected.outputs, got.outputs);
      EXPECT_TRUE(got.letters == expected.letters) << recording.name << ", " << text_of(way) << "\n"
                                                   << difference(expected.letters, got.letters);
    }
  };
  std::vector<Way> on_all;
  std::vector<Way> on_some;
  for (const std::uint32_t partitions : {1U, 2U, 3U, 8U}) {
    for (const std::size_t batch : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{1024}}) {
      for (const std::size_t save_every : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
        const bool cheap = batch >= 64 && (save_every == 0 || batch >= 1024);
        (cheap ? on_all : on_some).push_back({partitions, batch, batch < 64 ? save_every * 20 : save_every});
      }
    }
  }
  law(all, on_all);
  law(some, on_some);
  EXPECT_GT(saves, 0U);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
  fmt::print(
      "{}: {} events, {} messages, {} ways on all, {} ways (batches of 1 and 7, saves of small batches) on the "
      "first {}, {} states written and read, {:.1f} s\n",
      recording.name, all, messages, on_all.size(), on_some.size(), some, saves, seconds.count());
}

std::string line(const char* type, std::size_t id, events::Time time, std::size_t source, const std::string& data) {
  return fmt::format("{{\"id\":\"g{}\",\"type\":\"{}\",\"time\":\"{}\",\"source\":\"/line/{}\",\"data\":{{{}}}}}\n", id,
                     type, events::format_rfc3339(time), source, data);
}

TEST(Laws, GeneratedStream) {
  Recording recording{"generated", R"(
event Heat { device: string, room: int, value: float }
event Door { device: string, room: int, open: bool }
event Note { device: string, room: int?, text: string? }
rule hot { match h: Heat(value > 80) by device emit Hot { device, room: h.room, value: h.value } }
rule climb {
  match a: Heat -> r: Heat(value > (last(r.value) ?? a.value)){2} -> not Door(open) -> d: Heat(value < a.value)
  by device within 2m
  alert medium "{device} {a.value} {last(r.value)}" { peak: max(r.value), mean: avg(r.value), dev: stddev(r.value) }
}
rule room_door { match d: Door(open) => not Heat(value < 10) -> h: Heat{2,4} -> c: Door(not open) by room within 5m
  alert low "{room}" { n: count(h), sum: sum(h.value) } }
rule pair { match h: Heat -> d: Door by device, room emit Pair { device, room, value: h.value } }
rule hot_pairs { match h: Hot -> p: Pair(value < h.value) by room within 10m alert high "{room}" { hot: h.device, pair: p.device } }
rule hot_door { match h: Hot => d: Door(open) by device alert high "{device}" { v: h.value } emit Alarm { device, room: d.room } }
rule alarms { match a: Alarm{2} alert critical "alarms" { first: first(a.device), last: last(a.device) } }
rule notes { match n: Note -> x: Note(text == n.text) by room within 3m alert info "{n.text}" { text: x.text } }
rule anywhere { match a: Heat(value > 95) -> b: Door(open) -> c: Heat(value > 95) alert info "m" { a: a.device, c: c.device } }
rule anywhere_too { match a: Heat(value > 90){3} within 1m emit Three { last: last(a.device) } }
rule threes { match t: Three -> u: Three(last == t.last) within 10m alert info "{t.last}" { l: u.last } }
rule some { match h: Heat(value > 50) by device throttle 2 per 30s each h.room, floor(h.value / 10)
  alert (if h.value > 90 then critical else low) "{device} {h.value:.1f}" { room: h.room } if (h.value < 99) emit Some { device, tens: floor(h.value / 10) } if (h.room != 3) }
rule some_rooms { match s: Some by tens throttle 1 per 5m action cool { device: s.device, where: { tens } } }
rule open_door { match d: Door(open) by device priority 3 alert medium "{device} {upper(device)}" { room: d.room } resolve Door(not open) }
rule hot_room { match h: Heat(value > 97) by room throttle 1 per 7s alert high "{room}" { v: h.value } resolve not Heat(value > 90) for 4s
  alert low "{room} again" { v: h.value } resolve after 9s if (h.value > 98) }
rule watch_lives { match f: alert.hot_room(state == "firing") -> g: alert.hot_room(state == "resolved" and alert == f.alert) by room
  alert info "{room} {f.severity}" { took: g.@time - f.@time, v: g.v } resolve alert.hot_room(state == "updated") }
rule watch_doors { match f: alert.open_door(severity >= medium){3} by device within 1m emit Flapping { device, n: count(f) } }
rule quiet { match h: Heat(value > 80) -> not Door for 20s by device alert low "{device}" { v: h.value } }
rule open_long { match d: Door(open) -> not Door for 10s every 7s by device alert medium "{device}" { room: d.room } }
rule never_opened { match h: Heat(value > 90) -> c: Heat(value > 60){1,3}? ->[8s] d: Door(open) by device within 20s
  alert info "{device}" { n: count(c) } timeout alert low "{device} {h.value}" { n: count(c), d: d.room } }
rule calm { match not Door(open) for 2s -> h: Heat(value > 90) by room after match skip to next alert info "{room}" { v: h.value } }
rule in_any_order { match (a: Heat(value > 90) and b: Door(open) and (c: Heat(value < 10) -> not Door for 3s)) by room within 20s
  alert info "{room}" { a: a.value, b: b.device, c: c.value } }
rule rising { match all a: Heat ~>[6s] b: Heat(value > a.value + 60) by device after match keep alert info "{device}" { a: a.value, b: b.value } }
rule three_each { match up to 3 a: Heat(value > 70) ~> b: Heat(value > 70) ~> c: Door(open) by room within 5s after match keep
  alert info "{room}" { a: a.value, b: b.value } }
rule first_few { match a: Door(open) -> b: Door(not open) by device within 1m limit matches 5 limit runs 2 forget 10m
  alert info "{device}" { a: a.room, b: b.room } timeout alert info "{device}" { a: a.room } }
rule groups { match (a: Heat(value > 50) -> (b: Door(open) or c: Heat(value < 20)))[10s]{2,3}? until Door(not open) by room
  alert info "{room}" { n: count(a), m: count(b), c: last(c.value) } }
rule unseen { match h: Heat by device shadow alert low "m" resolve after 1s }
rule means { from Heat by room window tumbling 10s every 3s late 5s
  emit Mean { room, mean: avg(value), n: count(), high: percentile(value, 90), low: min(value) } }
rule warm { from Heat by device window sliding 30s every 10s when avg(value) > 55
  alert medium "{device} {avg(value):.1f}" { mean: avg(value), dev: stddev(value) } hold 10s keep 20s }
rule visits { from Heat | Door by device window session 2s late 4s emit Visit { device, n: count(), since: @start } }
rule peaks { from Heat by device window rolling 5s when max(value) > 95
  alert low "{max(value)}" { peak: max(value), n: count(), middle: median(value) } dedup by floor(max(value)) }
rule odd { from Heat by device window last 6 when anomaly(value, 2.0) throttle 2 per 1m
  emit Odd { device, value: last(value), score: zscore(value) } }
rule rooms { from Heat by room window rolling 1m step 5s when slope(value) > 0.5 alert info "{room}" { s: slope(value) } if (count() > 3) }
rule texts { from Note window global every 500 events emit Texts { n: distinct(text), top: approx_top(text, 3), all: approx_distinct(text) } }
rule minutes { from Mean by room rollup 1m, 5m emit Minutes { room, grain: @grain, mean: avg(mean), n: sum(n) } }
rule beside { from Heat(value > 90) as h join Door(open) as d on h.device == d.device by room window tumbling 20s
  emit Beside { room, n: count(), high: max(h.value), device: last(d.device) } }
rule alone { from Door(open) as d left join Heat(value > 60) as h on d.device == h.device by room window session 3s
  alert info "{d.device}" { device: d.device, value: h.value } if (h.value is null) }
rule heat_of_door { from Door as d left join last Heat as h on d.device == h.device within 20s emit DoorHeat { device: d.device, value: h.value } }
rule odd_then_open { match o: Odd -> d: Door(open) by device within 1m alert info "{device}" { score: o.score } }
rule often_odd { from Odd by device window batch 3 emit OftenOdd { device, since: @start, until: @end } }
)",
                      events::Duration{4 * events::kSecond.ns}};
  Random random(20240101);
  events::Time time = rules::kTestStart;
  for (std::size_t i = 0; i < 30'000; ++i) {
    // Now and then a pause, so that nothing waits in the reorder buffer's last seconds for long.
    time = time + events::Duration{static_cast<std::int64_t>(random.below(200)) * 1'000'000};
    const events::Time at = time - events::Duration{random.chance(30) ? random.between(0, 4300) * 1'000'000 : 0};
    const std::string device = fmt::format("\"device\":\"d{}\",\"room\":{}", random.below(40), random.below(6));
    const std::size_t kind = random.below(10);
    if (kind < 6)
      recording.lines.push_back(
          line("Heat", i, at, random.below(5),
               fmt::format("{},\"value\":{}", device, static_cast<double>(random.below(1000)) / 10)));
    else if (kind < 8)
      recording.lines.push_back(line("Door", i, at, random.below(5),
                                     fmt::format("{},\"open\":{}", device, random.chance(50) ? "true" : "false")));
    else if (kind < 9)
      recording.lines.push_back(line(
          "Note", i, at, random.below(900),
          fmt::format("\"device\":\"x\"{}{}", random.chance(80) ? fmt::format(",\"room\":{}", random.below(6)) : "",
                      random.chance(80) ? fmt::format(",\"text\":\"t{}\"", random.below(50)) : "")));
    else
      recording.lines.push_back(line("Undeclared", i, at, 0, ""));
    if (i % 50 == 49) {  // the watermark passes what waits
      time = time + events::Duration{5 * events::kSecond.ns};
      recording.lines.push_back(line("Undeclared", i, time, 0, "\"pause\":true"));
    }
  }
  check(recording);
}

std::vector<std::string> lines_of_gz(const std::string& file) {
  const char* folder = std::getenv("TOCSIN_TEST_DATA");
  const std::string path = std::string(folder != nullptr ? folder : "../shared/data") + "/" + file;
  std::vector<std::string> lines;
  gzFile in = gzopen(path.c_str(), "rb");
  if (in == nullptr) return lines;
  char buffer[65536];
  std::string text;
  for (int size = 0; (size = gzread(in, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(size));
  gzclose(in);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

TEST(Laws, Logins) {
  Recording recording{"auth-elastic", R"(
event Failed "sshd.failed_password" { user: string, src_ip: string, port: int }
event Accepted "sshd.accepted" { user: string, src_ip: string, port: int }
event Opened "sshd.session_opened" { user: string }
rule hammering { match f: Failed{3} by src_ip within 10m emit Attacker { src_ip, user: last(f.user), tries: count(f) } }
rule again { match a: Attacker -> b: Attacker by src_ip within 1h alert high "{src_ip}" { first: a.user, second: b.user } }
rule inside { match f: Failed -> s: Accepted by src_ip within 1d alert high "{f.user} {s.user}" { user: s.user } }
rule users { match a: Failed -> b: Failed(user != a.user) by src_ip within 5m alert low "{a.user} {b.user}" { a: a.port, b: b.port } }
rule sessions { match a: Accepted => o: Opened by user within 1m alert info "{user}" { port: a.port } }
rule any_two { match a: Failed -> b: Accepted -> c: Failed(src_ip != a.src_ip) within 1d alert info "m" { a: a.src_ip, c: c.src_ip } }
)"};
  recording.lines = lines_of_gz("auth-elastic/auth.ndjson.gz");
  if (recording.lines.empty()) GTEST_SKIP() << "no auth-elastic/auth.ndjson.gz (TOCSIN_TEST_DATA)";
  check(recording);
}

TEST(Laws, Sessions) {
  Recording recording{"cowrie-sessions", R"(
event Opened "session.opened" { session: string, src_ip: string, src_port: int, dst_port: int }
event Closed "session.closed" { session: string, src_ip: string, src_port: int, duration: float, login_success: int }
rule short { match o: Opened -> c: Closed(duration < 2.0) by session emit Short { src_ip: c.src_ip, seconds: c.duration } }
rule many { match s: Short{5} by src_ip within 1m alert medium "{src_ip}" { mean: avg(s.seconds) } }
rule port { match o: Opened -> c: Closed(login_success > 0) by src_ip, src_port within 10m alert low "{src_ip}:{src_port}" { took: c.duration } }
rule by_port { match o: Opened{2} by dst_port within 1s alert info "{dst_port}" { a: first(o.src_ip), b: last(o.src_ip) } }
rule long { match o: Opened -> not Closed(duration < 100.0) -> c: Closed within 10m alert info "m" { a: o.session, b: c.session } }
)"};
  recording.lines = lines_of_gz("cowrie-sessions/sessions.ndjson.gz");
  if (recording.lines.empty()) GTEST_SKIP() << "no cowrie-sessions/sessions.ndjson.gz (TOCSIN_TEST_DATA)";
  check(recording);
}

}  // namespace
}  // namespace tocsin::property
