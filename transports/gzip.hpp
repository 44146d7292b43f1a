// .gz (RFC 1952) through zlib: members one after another, as gzip, bgzip and log shippers write them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "transports/codec.hpp"

struct z_stream_s;

namespace tocsin::transports {

class Gunzip {
 public:
  Gunzip();
  Expanded expand(std::string_view in, char* out, std::size_t room);
  /// True where the compressed data may end: after a whole member, never before the first.
  bool complete() const { return complete_; }

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };
  std::unique_ptr<z_stream_s, End> stream_;
  bool complete_ = false;
};

class Gzip {
 public:
  Gzip();
  void compress(std::string_view in, Flush flush, std::string& out);

 private:
  struct End {
    void operator()(z_stream_s* stream) const;
  };
  std::unique_ptr<z_stream_s, End> stream_;
};

}  // namespace tocsin::transports
