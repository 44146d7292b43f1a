// .zst (RFC 8878) through libzstd: frames one after another, skippable frames passed over.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "transports/codec.hpp"

struct ZSTD_DCtx_s;
struct ZSTD_CCtx_s;

namespace tocsin::transports {

class Unzstd {
 public:
  Unzstd();
  Expanded expand(std::string_view in, char* out, std::size_t room);
  /// True where the compressed data may end: after a whole frame, never before the first.
  bool complete() const { return complete_; }

 private:
  struct End {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_DCtx_s, End> context_;
  bool complete_ = false;
};

class Zstd {
 public:
  Zstd();
  void compress(std::string_view in, Flush flush, std::string& out);

 private:
  struct End {
    void operator()(ZSTD_CCtx_s* context) const;
  };
  std::unique_ptr<ZSTD_CCtx_s, End> context_;
};

}  // namespace tocsin::transports
