// The engine's state as bytes, and the sweep of what nobody holds any more.
//
// Grammar (integers little-endian; text := u32 length, bytes):
//   state := "tocsin4\n"  i64 watermark  i64 largest event time  u64 root order  u32 layers  layer*  u32 rules
//            rule*  u64 seal                               XXH3 of all that stands before it
//   layer := u64 order  (what StreamTables::write gives, where its rules look stream tables up)
//   rule  := text name  text version  i64 since when it watches its input  u32 keys  key*  text (what DedupLives::write
//            gives)
//   key   := part*  i64 since when it is silent  text (what matcher::write or write_window gives)
//            text (what Outputs::write gives)
//   part  := u64, or text for a string

#include <algorithm>

#include <xxhash.h>

#include "engine/engine.hpp"
#include "events/assert.hpp"
#include "events/bytes.hpp"

namespace tocsin::engine {

namespace {

constexpr std::string_view kMagic = "tocsin4\n";

/// What is read back is what was written: nothing behind it has to ask whether times and counts can be right.
std::uint64_t seal_of(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

void mark(std::vector<std::uint64_t>& held, std::uint32_t symbol) {
  held[symbol >> 6] |= std::uint64_t{1} << (symbol & 63);
}

}  // namespace

std::string Engine::write_state() const {
  TOCSIN_ASSERT(buffer_.empty());
  std::string out(kMagic);
  events::put(out, watermarks_.engine().ns);
  events::put(out, watermarks_.largest().ns);
  events::put(out, root_order_);
  events::put(out, static_cast<std::uint32_t>(layers_.size()));
  for (const LayerState& layer : layers_) {
    events::put(out, layer.order);
    if (layer.streams != nullptr) layer.streams->write(symbols_, out);
  }
  events::put(out, static_cast<std::uint32_t>(rules_.rules.size()));
  std::vector<events::Slot> slots;
  for (std::uint32_t r = 0; r < rules_.rules.size(); ++r) {
    const CompiledRule& rule = rules_.rules[r];
    events::put_text(out, rule.plan->name);
    events::put_text(out, rule.plan->version);
    events::put(out, watching_[r].ns);
    std::uint32_t keys = 0;
    if (!rule.runs()) {
      events::put(out, keys);
      continue;
    }
    const LayerState& layer = layers_[rule.plan->layer];
    const Keying& keying = rules_.layers[rule.plan->layer].keyings[rule.keying];
    std::string body;
    for (const auto& partition : layer.partitions) {
      for (const auto& shard : partition->shards()) {
        if (shard->index != r) continue;
        for (std::uint32_t id = 0; id < shard->keys.size(); ++id) {
          if (!shard->holds(id)) continue;
          ++keys;
          key_slots(keying, *layer.tables[rule.keying][partition->index()], id, partition->index(), options_.partitions,
                    slots);
          for (std::size_t i = 0; i < slots.size(); ++i) {
            if (keying.types[i] == events::Type::string)
              events::put_text(body, symbols_.text(events::symbol_of(slots[i])));
            else
              events::put(body, slots[i]);
          }
          events::put(body, (shard->forgets ? shard->heard[id] : events::kEarliest).ns);
          std::string state;
          if (shard->windows)
            matcher::write_window(*shard->windows, id, state);
          else
            matcher::write(rule.program, shard->pool, shard->keys[id].state, state);
          events::put_text(body, state);
          state.clear();
          rule.outputs->write(shard->outputs, id, watermarks_.engine(), state);
          events::put_text(body, state);
        }
      }
    }
    events::put(out, keys);
    out += body;
    body.clear();
    dedup_.write(rules_, r, watermarks_.engine(), body);
    events::put_text(out, body);
  }
  events::put(out, seal_of(out));
  return out;
}

tl::expected<void, std::string> Engine::read_state(std::string_view bytes) {
  const auto bad = [](std::string what) { return tl::unexpected("saved state: " + std::move(what)); };
  events::ByteReader in{bytes};
  if (bytes.substr(0, kMagic.size()) != kMagic) return bad("not a state of this version");
  std::string_view seal = bytes.substr(bytes.size() - std::min(bytes.size(), sizeof(std::uint64_t)));
  bytes.remove_suffix(seal.size());
  if (events::ByteReader{seal}.get<std::uint64_t>() != seal_of(bytes)) return bad("damaged, or cut short");
  in.take(kMagic.size());
  const events::Time watermark{in.get<std::int64_t>()};
  watermarks_.restore(watermark, {in.get<std::int64_t>()});
  root_order_ = in.get<std::uint64_t>();
  if (in.get<std::uint32_t>() != layers_.size()) return bad("of another rule set");
  for (LayerState& layer : layers_) {
    layer.order = in.get<std::uint64_t>();
    if (layer.streams != nullptr && !layer.streams->read_state(in, symbols_)) return bad("rows of stream tables");
  }
  if (in.get<std::uint32_t>() != rules_.rules.size()) return bad("of another rule set");
  for (std::uint32_t r = 0; r < rules_.rules.size(); ++r) {
    const CompiledRule& rule = rules_.rules[r];
    const std::string name(in.text());
    if (name != rule.plan->name || in.text() != rule.plan->version)
      return bad("rule `" + name + "` is not the one running");
    watching_[r] = {in.get<std::int64_t>()};
    auto keys = in.get<std::uint32_t>();
    if (!in.good) break;
    if (!rule.runs()) {
      if (keys > 0) return bad("rule `" + name + "` is disabled and has state");
      continue;
    }
    LayerState& layer = layers_[rule.plan->layer];
    const Keying& keying = rules_.layers[rule.plan->layer].keyings[rule.keying];
    for (; keys > 0 && in.good; --keys) {
      std::vector<events::Slot> slots;
      for (const events::Type type : keying.types)
        slots.push_back(type == events::Type::string ? events::slot_of(symbols_.intern(in.text()))
                                                     : in.get<events::Slot>());
      const events::Time heard{in.get<std::int64_t>()};
      std::string_view state = in.text();
      const std::string_view outputs = in.text();
      if (!in.good) break;
      KeyPlace place{r % options_.partitions, 0};
      if (!keying.keyless()) place = place_key(keying, layer.tables[rule.keying], slots);
      for (auto& shard : layer.partitions[place.partition]->shards()) {
        if (shard->index != r) continue;
        shard->make_room(place.id + 1);
        if (shard->holds(place.id)) return bad("a key of rule `" + name + "` stands twice");
        if (shard->windows) {
          if (const auto read = matcher::read_window(*shard->windows, place.id, state, symbols_); !read)
            return bad(read.error());
        } else {
          auto read = matcher::read(rule.program, shard->pool, state, symbols_);
          if (!read) return bad(read.error());
          shard->keys[place.id].state = *read;
        }
        if (!rule.outputs->read(shard->outputs, {place.id, slots}, outputs))
          return bad("what rule `" + name + "` put out is damaged");
        if (shard->forgets) shard->heard[place.id] = heard;
        shard->resume(place.id);
      }
    }
    const std::string_view dedup = in.text();
    if (in.good && !dedup_.read(rules_, r, dedup)) return bad("lives of values of rule `" + name + "` are damaged");
  }
  if (!in.good || !in.bytes.empty()) return bad("cut short or followed by something else");
  return {};
}

void Engine::mark_symbols(std::vector<std::uint64_t>& held) const {
  for (const auto& loaded : buffer_.batches()) {
    for (const events::RowOrigin& origin : loaded->batch.origins) mark(held, events::index_of(origin.source));
    for (std::size_t t = 0; t < loaded->batch.tables.size(); ++t) {
      const events::EventType& type = schema().types[t];
      for (std::size_t f = 0; f < type.fields.size(); ++f) {
        if (type.fields[f].type != events::Type::string && !events::is_list(type.fields[f].type)) continue;
        for (const events::Slot slot : loaded->batch.tables[t].columns[f].slots)
          mark(held, static_cast<std::uint32_t>(slot));
      }
    }
  }
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    if (layers_[l].streams != nullptr) layers_[l].streams->mark_symbols(held);
    for (const auto& partition : layers_[l].partitions) {
      for (const auto& shard : partition->shards()) {
        shard->pool.mark_symbols(held);
        if (shard->windows) shard->windows->mark_symbols(held);
        const Keying& keying = rules_.layers[l].keyings[shard->rule->keying];
        if (keying.keyless()) continue;
        const KeyTable& table = *layers_[l].tables[shard->rule->keying][partition->index()];
        std::vector<events::Slot> slots;
        for (std::uint32_t id = 0; id < shard->keys.size(); ++id) {
          if (!shard->holds(id)) continue;
          key_slots(keying, table, id, partition->index(), options_.partitions, slots);
          for (std::size_t i = 0; i < slots.size(); ++i)
            if (keying.types[i] == events::Type::string) mark(held, static_cast<std::uint32_t>(slots[i]));
        }
      }
    }
  }
}

void Engine::sweep() {
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    for (std::size_t k = 0; k < layers_[l].tables.size(); ++k) {
      for (std::uint32_t p = 0; p < options_.partitions; ++p) {
        KeyTable& table = *layers_[l].tables[k][p];
        if (!table.wants_sweep() && !symbols_.wants_sweep()) continue;
        table.sweep([&](std::uint32_t id) {
          for (const auto& shard : layers_[l].partitions[p]->shards())
            if (shard->rule->keying == k && id < shard->keys.size() && shard->holds(id)) return true;
          return false;
        });
      }
    }
  }
  if (!symbols_.wants_sweep()) return;
  std::vector<std::uint64_t> held((symbols_.end() + 63) / 64);
  mark_symbols(held);
  symbols_.sweep(held);
}

}  // namespace tocsin::engine
