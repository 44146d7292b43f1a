// The rows of stream tables by themselves: versions of a round, room, bytes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "engine/stream_tables.hpp"
#include "tests/unit/engine/drive.hpp"

namespace tocsin::engine::testing {
namespace {

Event note(const std::string& time, std::string device, std::int64_t until, events::Value mode = {}) {
  return {"M", time, {std::move(device), integer(until), std::move(mode)}};
}

const std::string kStream = R"(
event R { device: string, x: int }
event M { device: string, until: int, mode: string? }
table m from M key device
)";

class Rows : public ::testing::Test {
 protected:
  Rows()
      : set(rules_of(kStream +
                     "rule r { match r: R alert info \"m\" { u: m[r.device].until, m: m[r.device].mode } }")) {
    const matcher::TableIndexes::Stream stream{set->tables.front(), {1, 2}};
    tables = std::make_unique<StreamTables>(std::vector{stream}, std::set{set->schema.find("M")}, 3);
  }
  /// One round of notes; each has its order as its time.
  void round(const std::vector<Event>& notes) {
    loaded.push_back(std::make_unique<LoadedBatch>(set->schema));
    std::vector<Item> items;
    for (const Event& each : notes)
      items.push_back(
          {loaded.back().get(), events::append_event(loaded.back()->batch, set->schema, symbols, set->schema.find("M"),
                                                     at(each.time), "", "", each.values)});
    tables->enter(items, order);
    order += items.size();
  }
  std::string read(const std::string& device, const std::string& time, std::uint64_t place) {
    const auto symbol = symbols.find(device);
    if (!symbol) return "no symbol";
    const events::Slot key = events::slot_of(*symbol);
    const rules::Cell cell = tables->read(0, &key, 1, {at(time), place});
    return cell.valid ? std::to_string(events::int_of(cell.slot)) : "null";
  }

  std::shared_ptr<const rules::RuleSet> set;
  events::SymbolTable symbols;
  std::unique_ptr<StreamTables> tables;
  std::vector<std::unique_ptr<LoadedBatch>> loaded;
  std::uint64_t order = 0;
};

TEST_F(Rows, ReadersSeeWhatStoodBeforeThem) {
  round({note("1s", "a", 1), note("2s", "a", 2), note("2s", "b", 3), note("2s", "a", 4)});
  EXPECT_EQ(read("a", "1s", 0), "null");
  EXPECT_EQ(read("a", "1s", 1), "1");
  EXPECT_EQ(read("a", "2s", 1), "1");
  EXPECT_EQ(read("a", "2s", 2), "2");
  EXPECT_EQ(read("a", "2s", 3), "2");
  EXPECT_EQ(read("a", "2s", 4), "4");
  EXPECT_EQ(read("b", "2s", 2), "null");
  EXPECT_EQ(read("b", "2s", 3), "3");
  EXPECT_EQ(read("c", "2s", 3), "no symbol");
  tables->compact();
  EXPECT_EQ(read("a", "3s", 4), "4");
  round({note("3s", "a", 5)});
  EXPECT_EQ(read("a", "3s", 4), "4");
  EXPECT_EQ(read("a", "3s", 5), "5");
  EXPECT_EQ(tables->rows(), 2U);
}

TEST_F(Rows, TheOldestGoAtTheEventThatNeedsRoom) {
  round({note("1s", "a", 1), note("2s", "b", 2), note("3s", "c", 3), note("4s", "a", 4), note("5s", "d", 5),
         note("6s", "b", 6)});
  EXPECT_EQ(read("b", "5s", 4), "2") << "the event that needs room doesn't see itself";
  EXPECT_EQ(read("b", "5s", 5), "null");
  EXPECT_EQ(read("b", "6s", 6), "6");
  EXPECT_EQ(read("c", "6s", 5), "3");
  EXPECT_EQ(read("c", "6s", 6), "null");
  EXPECT_EQ(tables->rows(), 3U);
  EXPECT_EQ(tables->evicted(), 2U);
  tables->compact();
  EXPECT_EQ(read("a", "7s", 7), "4");
  EXPECT_EQ(read("b", "7s", 7), "6");
  EXPECT_EQ(read("c", "7s", 7), "null");
  EXPECT_EQ(read("d", "7s", 7), "5");
  round({note("7s", "c", 7), note("7s", "c", 8)});
  tables->compact();
  EXPECT_EQ(read("a", "8s", 9), "null") << "it was written longest ago";
  EXPECT_EQ(read("c", "8s", 9), "8");
}

TEST_F(Rows, AsBytes) {
  round({note("1s", "a", 1, std::string("x")), note("2s", "b", 2), note("3s", "c", 3, std::string("x")),
         note("4s", "a", 4)});
  tables->compact();
  std::string bytes;
  tables->write(symbols, bytes);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const matcher::TableIndexes::Stream stream{set->tables.front(), {1, 2}};
    StreamTables other(std::vector{stream}, std::set{set->schema.find("M")}, 3);
    std::string_view part = std::string_view(bytes).substr(0, size);
    events::ByteReader in{part};
    const bool good = other.read_state(in, symbols) && in.good && in.bytes.empty();
    ASSERT_EQ(good, size == bytes.size()) << size;
    if (!good) continue;
    std::string again;
    other.write(symbols, again);
    EXPECT_EQ(again, bytes);
  }
}

TEST_F(Rows, ManyRounds) {
  std::mt19937 random(5);
  std::map<std::string, std::pair<int, std::int64_t>> model;  // by device: when written, value
  for (int i = 0; i < 5'000; ++i) {
    std::vector<Event> notes;
    for (std::uint32_t n = random() % 4; n > 0; --n) {
      const std::string device(1, static_cast<char>('a' + random() % 7));
      const std::int64_t value = static_cast<std::int64_t>(random() % 100);
      notes.push_back(note(std::to_string(i) + "s", device, value));
      if (!model.contains(device) && model.size() == 3)
        model.erase(std::min_element(model.begin(), model.end(),
                                     [](const auto& a, const auto& b) { return a.second.first < b.second.first; }));
      model[device] = {static_cast<int>(order) + static_cast<int>(notes.size()), value};
    }
    round(notes);
    tables->compact();
    loaded.clear();
    for (char c = 'a'; c < 'h'; ++c) {
      const std::string device(1, c);
      if (!symbols.find(device)) continue;
      const auto known = model.find(device);
      ASSERT_EQ(read(device, std::to_string(i + 1) + "s", order),
                known == model.end() ? "null" : std::to_string(known->second.second))
          << i << " " << device;
    }
  }
}

}  // namespace
}  // namespace tocsin::engine::testing
