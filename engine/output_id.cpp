#include "engine/output_id.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include "engine/value_bytes.hpp"

namespace tocsin::engine {

namespace {

std::string hash_of(const std::string& bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

void put_numbered(std::string& bytes, std::uint8_t kind, std::uint64_t number) {
  if (number == 0) return;
  events::put(bytes, kind);
  events::put(bytes, number);
}

}  // namespace

std::string output_id(const OutputIdentity& identity) {
  std::string bytes(identity.rule);
  bytes.push_back('\0');
  events::put(bytes, identity.place);
  for (const events::Value& part : *identity.key) put_value(bytes, part);
  events::put(bytes, identity.completion.ns);
  if (const WindowIdentity* window = identity.window) {
    events::put(bytes, window->start.ns);
    events::put(bytes, window->end.ns);
    events::put(bytes, window->grain.ns);
    events::put(bytes, window->fold);
    bytes += events::name_of(identity.state);
    put_numbered(bytes, 1, window->early);
    put_numbered(bytes, 2, window->revision);
    return hash_of(bytes);
  }
  events::put(bytes, identity.fold);
  events::put(bytes, identity.taken);
  bytes += events::name_of(identity.state);
  if (identity.repeat > 0) events::put(bytes, identity.repeat);
  return hash_of(bytes);
}

std::string life_id(std::string_view rule, std::uint32_t place, const events::Value& value, std::uint64_t count) {
  std::string bytes(rule);
  bytes.push_back('\0');
  events::put(bytes, place);
  put_value(bytes, value);
  events::put(bytes, count);
  return hash_of(bytes);
}

}  // namespace tocsin::engine
