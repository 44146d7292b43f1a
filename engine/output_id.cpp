#include "engine/output_id.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include "engine/value_bytes.hpp"

namespace tocsin::engine {

std::string output_id(const OutputIdentity& identity) {
  std::string bytes(identity.rule);
  bytes.push_back('\0');
  events::put(bytes, identity.place);
  for (const events::Value& part : *identity.key) put_value(bytes, part);
  events::put(bytes, identity.completion.ns);
  events::put(bytes, identity.fold);
  events::put(bytes, identity.taken);
  bytes += events::name_of(identity.state);
  if (identity.repeat > 0) events::put(bytes, identity.repeat);
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace tocsin::engine
