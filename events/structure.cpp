#include "events/structure.hpp"

#include <algorithm>
#include <cstring>
#include <new>

#include "events/assert.hpp"

namespace tocsin::events {
namespace {

constexpr std::size_t kLeastCapacity = 32U << 10;
constexpr std::size_t kKeptCapacity = 1U << 20;

}  // namespace

std::string_view copy_padded(std::string_view text, std::string& copy) {
  copy.resize(std::max(copy.size(), text.size() + 1 + simdjson::SIMDJSON_PADDING));
  std::memcpy(copy.data(), text.data(), text.size());
  copy[text.size()] = '\n';
  return {copy.data(), text.size()};
}

StructuralIndex::StructuralIndex() { shrink(); }

void StructuralIndex::shrink() {
  if (stage_ && stage_->capacity() <= kKeptCapacity) return;
  stage_.reset();
  const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(kLeastCapacity, 1, stage_);
  if (error != simdjson::SUCCESS) throw std::bad_alloc();
}

StructuralIndex::Fault StructuralIndex::build(std::string_view text) {
  if (text.size() > stage_->capacity()) {
    const std::size_t capacity = std::max(text.size(), stage_->capacity() * 2);
    if (stage_->set_capacity(capacity) != simdjson::SUCCESS) throw std::bad_alloc();
  }
  text_ = text;
  has_escapes_ = std::memchr(text.data(), '\\', text.size()) != nullptr;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  switch (stage_->stage1(bytes, text.size(), simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS:
      return Fault::none;
    case simdjson::EMPTY:
      stage_->n_structural_indexes = 0;
      return Fault::none;
    case simdjson::UTF8_ERROR:
      return Fault::not_utf8;
    default:
      return Fault::not_json;
  }
}

bool StructuralIndex::unescape(std::string_view raw, std::string& out) const {
  out.resize(raw.size() + 2 * simdjson::SIMDJSON_PADDING);  // it writes whole vectors
  auto* const begin = reinterpret_cast<std::uint8_t*>(out.data());
  const auto* const end = stage_->parse_string(reinterpret_cast<const std::uint8_t*>(raw.data()), begin);
  if (end == nullptr) return false;
  out.resize(static_cast<std::size_t>(end - begin));
  return simdjson::validate_utf8(out.data(), out.size());
}

}  // namespace tocsin::events
