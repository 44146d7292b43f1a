// Values as bytes, for saved state and for ids that are hashes: tag (u8, the index in events::Value), length (u32),
// then the bytes of the value: text as it is, a list as its element type (u8) and canonical bytes, all else
// little-endian.
#pragma once

#include <string>

#include "events/bytes.hpp"
#include "events/value.hpp"

namespace tocsin::engine {

void put_value(std::string& out, const events::Value& value);
/// Bytes that are no value clear `in.good`.
events::Value take_value(events::ByteReader& in);

}  // namespace tocsin::engine
