#include "engine/derived.hpp"

#include <algorithm>

namespace tocsin::engine {

namespace {

Position position_of(const std::shared_ptr<Output>& output) {
  Position position;
  position.time = output->position.time;
  position.phase = output->position.phase;
  position.layer = output->position.layer;
  position.order = output->position.order;
  position.cause = output;
  return position;
}

/// The event's values: its fields, then those attributes that only the message knows.
std::vector<events::Value> with_attributes(const Output& output, const events::EventType& type) {
  std::vector<events::Value> values = output.values;
  values.resize(type.fields.size());
  const events::Message& message = output.message;
  const auto text = [](const std::string& given) { return given.empty() ? events::Value{} : events::Value{given}; };
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    if (!type.fields[i].attribute) continue;
    if (type.fields[i].name == "@correlationid") values[i] = text(message.correlation_id);
    if (type.fields[i].name == "@traceparent") values[i] = text(message.trace_parent);
    if (type.fields[i].name == "@early" && message.early > 0) values[i] = std::to_string(message.early);
    if (type.fields[i].name == "@revision" && message.revision > 0) values[i] = std::to_string(message.revision);
    if (type.fields[i].name == "@withdrawn" && message.withdrawn) values[i] = std::string("true");
    if (type.fields[i].name == "@causationid" && message.kind == events::Message::Kind::event)
      values[i] = text(message.causes.empty() ? std::string() : message.causes.back().id);
  }
  return values;
}

}  // namespace

void Derived::add(const OutputList& outputs, std::size_t begin) {
  const auto is_read = [&](events::TypeId type) {
    return std::any_of(rules_.layers.begin(), rules_.layers.end(),
                       [&](const Layer& layer) { return layer.reads[events::index_of(type)]; });
  };
  std::unique_ptr<LoadedBatch> loaded;
  for (std::size_t i = begin; i < outputs.size(); ++i) {
    const Output& output = *outputs[i];
    if (output.emitted == events::kNoType || !is_read(output.emitted)) continue;
    if (loaded == nullptr) loaded = std::make_unique<LoadedBatch>(schema_);
    events::Batch& batch = loaded->batch;
    const events::Row row =
        events::append_event(batch, schema_, symbols_, output.emitted, output.message.time, output.message.id,
                             "/tocsin/" + output.message.rule, with_attributes(output, schema_[output.emitted]));
    batch.origins[row].correlation_id = batch.arena.store(output.message.correlation_id);
    batch.origins[row].trace_parent = batch.arena.store(output.message.trace_parent);
    events_.push_back({position_of(outputs[i]), {loaded.get(), row}});
  }
  if (loaded == nullptr) return;
  evaluate(rules_.conditions, loaded->batch, symbols_, loaded->bits);
  batches_.push_back(std::move(loaded));
  std::stable_sort(events_.begin(), events_.end(),
                   [](const Event& a, const Event& b) { return compare(a.position, b.position) < 0; });
}

void Derived::merge(const std::vector<Item>& items, std::uint64_t first_order, const Layer& layer,
                    std::vector<Item>& merged, std::vector<Position>& positions) const {
  const auto reads = [&](const Item& item) { return layer.reads[events::index_of(item.head().type)]; };
  std::size_t next = 0;  // derived event
  const auto take_derived = [&](const Event& event) {
    if (!reads(event.item)) return;
    merged.push_back(event.item);
    positions.push_back(event.position);
  };
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!reads(items[i])) continue;
    Position position;
    position.time = items[i].time();
    position.order = first_order + i;
    while (next < events_.size() && compare(events_[next].position, position) < 0) take_derived(events_[next++]);
    merged.push_back(items[i]);
    positions.push_back(std::move(position));
  }
  while (next < events_.size()) take_derived(events_[next++]);
}

}  // namespace tocsin::engine
