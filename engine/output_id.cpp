#include "engine/output_id.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include "events/bytes.hpp"

namespace tocsin::engine {

namespace {

void put_value(std::string& out, const events::Value& value) {
  out.push_back(static_cast<char>(value.index()));
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::string>) {
          events::put_text(out, v);
        } else if constexpr (std::is_same_v<T, events::List>) {
          events::put_text(out, v.bytes);
        } else if constexpr (std::is_same_v<T, events::Severity>) {
          events::put(out, std::uint32_t{1});
          events::put(out, static_cast<std::uint8_t>(v));
        } else if constexpr (std::is_same_v<T, events::Time> || std::is_same_v<T, events::Duration>) {
          events::put(out, std::uint32_t{8});
          events::put(out, v.ns);
        } else if constexpr (!std::is_same_v<T, std::monostate>) {
          events::put(out, static_cast<std::uint32_t>(sizeof v));
          events::put(out, v);
        }
      },
      value);
}

}  // namespace

std::string output_id(const OutputIdentity& identity) {
  std::string bytes(identity.rule);
  bytes.push_back('\0');
  events::put(bytes, identity.place);
  for (const events::Value& part : *identity.key) put_value(bytes, part);
  events::put(bytes, identity.completion.ns);
  events::put(bytes, identity.fold);
  events::put(bytes, identity.taken);
  bytes += "once";
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace tocsin::engine
