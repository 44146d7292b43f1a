#include "events/infer.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "events/json_class.hpp"

namespace tocsin::events {
namespace {

using Token = const std::uint32_t*;

Token skip(const char* base, Token at) {
  int open = 0;
  do {
    const char c = base[*at];
    if (c == '{' || c == '[') ++open;
    if (c == '}' || c == ']') --open;
    ++at;
  } while (open > 0);
  return at;
}

/// The value at a place in the object or array at `at`; null: there is none.
Token find_place(const char* base, const StructuralIndex& index, Token at, const std::vector<std::string>& tokens) {
  std::string key;
  for (const std::string& token : tokens) {
    const bool object = base[*at] == '{';
    if (!object && base[*at] != '[') return nullptr;
    const char close = object ? '}' : ']';
    ++at;
    bool found = false;
    for (std::size_t i = 0; !found && base[*at] != close; ++i) {
      if (object) {
        found = index.unescape(Cursor{base, at}.raw_string(at), key) && key == token;
        at += 2;
      } else {
        found = std::to_string(i) == token;
      }
      if (found) break;
      at = skip(base, at);
      if (base[*at] == ',') ++at;
    }
    if (!found) return nullptr;
  }
  return at;
}

const Mapping& mapping_of(const Format& format) {
  static const Mapping kCloudEvents = {.type = {},
                                       .type_field = "type",
                                       .time_field = "time",
                                       .time_unit = TimeUnit::rfc3339,
                                       .id_field = "id",
                                       .source_field = "source",
                                       .data = "data"};
  if (const auto* json = std::get_if<MappedJson>(&format)) return json->mapping;
  if (const auto* csv = std::get_if<Csv>(&format)) return csv->mapping;
  return kCloudEvents;
}

}  // namespace

Inference::Inference(Format format, InferLimits limits)
    : format_(std::move(format)), mapping_(mapping_of(format_)), limits_(limits) {}

Inference::Sample* Inference::sample_of(std::string_view wire) {
  const auto found = by_wire_.find(absl::string_view(wire.data(), wire.size()));
  if (found != by_wire_.end()) return found->second;
  if (samples_.size() == limits_.types) {
    ++beyond_types_;
    return nullptr;
  }
  auto sample = std::make_unique<Sample>();
  sample->wire = wire;
  sample->reader = std::make_unique<ShapeReader>(!std::holds_alternative<CloudEvents>(format_), limits_.places);
  by_wire_[sample->wire] = sample.get();
  return samples_.emplace_back(std::move(sample)).get();
}

std::uint64_t Inference::add(const Batch& batch, const std::vector<std::string>& header, std::uint64_t most) {
  if (header_.empty()) header_ = header;
  const std::uint64_t rows = std::min<std::uint64_t>(batch.size(), most);
  for (Row row = 0; row < rows; ++row) {
    const std::string_view bytes = batch.origins[row].bytes;
    if (std::holds_alternative<Csv>(format_))
      add_row(bytes, header);
    else
      add_json(bytes);
  }
  return rows;
}

void Inference::add_json(std::string_view event) {
  const std::string_view text = copy_padded(event, copy_);
  if (index_.build(text) != StructuralIndex::Fault::none) return;
  const char* const base = index_.begin().base;
  const Token root = index_.begin().at;
  std::string wire = mapping_.type;
  if (wire.empty()) {
    const Token type = find_place(base, index_, root, tokens_of_place(mapping_.type_field));
    if (type == nullptr) return;
    const Cursor cursor{base, type};
    if (cursor.peek() != '"')
      wire = cursor.scalar(type);
    else if (!index_.unescape(cursor.raw_string(type), wire))
      return;
  }
  Sample* sample = sample_of(wire);
  if (sample == nullptr) return;
  ++sample->events;
  const Token data = mapping_.data.empty() ? root : find_place(base, index_, root, tokens_of_place(mapping_.data));
  if (data == nullptr) return;
  if (base[*data] == '{')
    sample->reader->add(&sample->data, base, index_, data);
  else if (Cursor{base, data}.scalar(data) != "null")
    ++sample->without_object;
}

void Inference::add_row(std::string_view row, const std::vector<std::string>& header) {
  const char delimiter = std::get<Csv>(format_).delimiter;
  if (scan_row(row, delimiter, true, cells_).outcome != CsvRow::Outcome::complete || cells_.size() != header.size())
    return;
  std::string wire = mapping_.type;
  for (std::size_t i = 0; i < header.size() && wire.empty(); ++i)
    if (header[i] == mapping_.type_field) wire = text_of(cells_[i], scratch_);
  Sample* sample = sample_of(wire);
  if (sample == nullptr) return;
  ++sample->events;
  sample->cells.resize(header.size());
  for (std::size_t i = 0; i < header.size(); ++i) sample->cells[i].add(text_of(cells_[i], scratch_));
}

FoundType Inference::found_json(const Sample& sample) const {
  FoundType type{sample.wire, sample.events, {}, {}};
  if (sample.without_object > 0) {
    type.comment = fmt::format("the data of {} is no object: no fields can be declared", sample.without_object);
    return type;
  }
  type.fields = fields_of(sample.data, sample.events);
  if (sample.reader->left_out() > 0) type.comment = fmt::format("only the first {} fields are here", limits_.places);
  std::vector<std::string> path = mapping_.data.empty() ? std::vector<std::string>() : tokens_of_place(mapping_.data);
  leave_out_envelope(type.fields, path);
  return type;
}

/// Where type and time stand in the data itself, rules read them as `@type` and `@time`.
void Inference::leave_out_envelope(std::vector<FoundField>& fields, std::vector<std::string>& path) const {
  for (FoundField& field : fields) {
    path.push_back(field.key);
    for (const auto& [place, attribute] : {std::pair(&mapping_.type_field, "@type"), {&mapping_.time_field, "@time"}})
      if (!place->empty() && tokens_of_place(*place) == path && !field.is_object) {
        field.type.reset();
        field.comment = fmt::format("rules read it as `{}`", attribute);
      }
    leave_out_envelope(field.inner, path);
    path.pop_back();
  }
}

FoundType Inference::found_csv(const Sample& sample) const {
  FoundType type{sample.wire, sample.events, {}, {}};
  for (std::size_t i = 0; i < header_.size(); ++i) {
    FoundField field = field_of(header_[i], sample.cells[i], sample.events);
    for (const auto& [place, attribute] : {std::pair(&mapping_.type_field, "@type"), {&mapping_.time_field, "@time"}})
      if (header_[i] == *place) {
        field.type.reset();
        field.comment = fmt::format("rules read it as `{}`", attribute);
      }
    if (header_[i].empty()) {
      field.type.reset();
      field.comment = "left out: a column without a name";
    }
    type.fields.push_back(std::move(field));
  }
  return type;
}

std::vector<FoundType> Inference::found() const {
  std::vector<FoundType> types;
  for (const auto& sample : samples_)
    types.push_back(std::holds_alternative<Csv>(format_) ? found_csv(*sample) : found_json(*sample));
  return types;
}

}  // namespace tocsin::events
