// The reorder buffer: order by time then arrival; batches given back once drained.
#include "engine/reorder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace tocsin::engine {
namespace {

/// A batch with rows of the given times in ns, each waiting.
LoadedBatch& hold(ReorderBuffer& buffer, const events::Schema& schema, const std::vector<std::int64_t>& times) {
  auto loaded = std::make_unique<LoadedBatch>(schema);
  for (const std::int64_t time : times) loaded->batch.begin_row(events::kNoType, {time}, {});
  LoadedBatch& held = buffer.hold(std::move(loaded));
  for (events::Row row = 0; row < times.size(); ++row) buffer.add(held, row);
  return held;
}

std::string text(const std::vector<Item>& items, const std::vector<const LoadedBatch*>& batches) {
  std::string out;
  for (const Item& item : items) {
    std::size_t b = 0;
    while (batches[b] != item.loaded) ++b;
    out += std::to_string(item.head().time.ns) + static_cast<char>('a' + b) + std::to_string(item.row) + " ";
  }
  return out;
}

TEST(Reorder, ByTimeThenArrival) {
  const events::Schema schema;
  ReorderBuffer buffer(100);
  const LoadedBatch& a = hold(buffer, schema, {5, 3, 5, 9});
  const LoadedBatch& b = hold(buffer, schema, {3, 5, 1});
  EXPECT_EQ(buffer.oldest().ns, 1);
  std::vector<Item> out;
  buffer.release({0}, out);
  EXPECT_TRUE(out.empty());
  buffer.release({5}, out);
  EXPECT_EQ(text(out, {&a, &b}), "1b2 3a1 3b0 5a0 5a2 5b1 ");
  EXPECT_EQ(buffer.size(), 1U);
  buffer.release(events::kLatest, out);
  EXPECT_EQ(text(out, {&a, &b}), "1b2 3a1 3b0 5a0 5a2 5b1 9a3 ");
  EXPECT_TRUE(buffer.empty());
}

TEST(Reorder, BatchesComeBackOnlyWhenDrained) {
  const events::Schema schema;
  ReorderBuffer buffer(100);
  hold(buffer, schema, {1, 7});
  const LoadedBatch* drained = &hold(buffer, schema, {2, 3});
  buffer.hold(std::make_unique<LoadedBatch>(schema));  // no rows
  std::vector<Item> out;
  std::vector<std::unique_ptr<LoadedBatch>> spent;
  buffer.release({3}, out);
  buffer.collect(spent);
  ASSERT_EQ(spent.size(), 2U);
  EXPECT_TRUE(spent[0].get() == drained || spent[1].get() == drained);
  EXPECT_EQ(buffer.batches().size(), 1U);
  spent.clear();
  buffer.release({7}, out);
  buffer.collect(spent);
  EXPECT_EQ(spent.size(), 1U);
  EXPECT_TRUE(buffer.batches().empty());
}

TEST(Reorder, Full) {
  const events::Schema schema;
  ReorderBuffer buffer(3);
  hold(buffer, schema, {1, 2});
  EXPECT_FALSE(buffer.full());
  hold(buffer, schema, {3});
  EXPECT_TRUE(buffer.full());
  std::vector<Item> out;
  buffer.release({1}, out);
  EXPECT_FALSE(buffer.full());
}

}  // namespace
}  // namespace tocsin::engine
