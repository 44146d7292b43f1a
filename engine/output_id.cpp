#include "engine/output_id.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace tocsin::engine {

namespace {

template <class T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_value(std::string& out, const events::Value& value) {
  out.push_back(static_cast<char>(value.index()));
  std::visit(
      [&](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::string>) {
          put(out, static_cast<std::uint32_t>(v.size()));
          out += v;
        } else if constexpr (std::is_same_v<T, events::Time> || std::is_same_v<T, events::Duration>) {
          put(out, std::uint32_t{8});
          put(out, v.ns);
        } else if constexpr (!std::is_same_v<T, std::monostate>) {
          put(out, static_cast<std::uint32_t>(sizeof v));
          put(out, v);
        }
      },
      value);
}

}  // namespace

std::string output_id(const OutputIdentity& identity) {
  std::string bytes(identity.rule);
  bytes.push_back('\0');
  put(bytes, identity.place);
  for (const events::Value& part : *identity.key) put_value(bytes, part);
  put(bytes, identity.completion.ns);
  put(bytes, identity.fold);
  put(bytes, identity.taken);
  bytes += "once";
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace tocsin::engine
