// libzstd's streaming interface. Its own limit on the window (128 MiB) bounds what a hostile file can take.
#include "transports/zst.hpp"

#include <zstd.h>

#include <new>

#include "events/assert.hpp"

namespace tocsin::transports {
namespace {

constexpr std::size_t kPiece = 64U << 10;

}  // namespace

void Unzstd::End::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

Unzstd::Unzstd() : context_(ZSTD_createDCtx()) {
  if (!context_) throw std::bad_alloc();
}

Expanded Unzstd::expand(std::string_view in, char* out, std::size_t room) {
  ZSTD_inBuffer input{in.data(), in.size(), 0};
  ZSTD_outBuffer output{out, room, 0};
  Expanded result;
  while (output.pos < output.size) {
    // Without input only a frame that is under way can have bytes left to give.
    if (input.pos == input.size && complete_) break;
    const std::size_t in_before = input.pos;
    const std::size_t out_before = output.pos;
    const std::size_t status = ZSTD_decompressStream(context_.get(), &output, &input);
    if (ZSTD_isError(status) != 0) {
      result.error = ZSTD_getErrorName(status);
      break;
    }
    if (input.pos == in_before && output.pos == out_before) break;
    complete_ = status == 0;
  }
  result.used = input.pos;
  result.made = output.pos;
  return result;
}

void Zstd::End::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

Zstd::Zstd() : context_(ZSTD_createCCtx()) {
  if (!context_) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
}

void Zstd::compress(std::string_view in, Flush flush, std::string& out) {
  const ZSTD_EndDirective mode = flush == Flush::none    ? ZSTD_e_continue
                                 : flush == Flush::flush ? ZSTD_e_flush
                                                         : ZSTD_e_end;
  ZSTD_inBuffer input{in.data(), in.size(), 0};
  std::size_t left = 0;
  do {
    const std::size_t at = out.size();
    out.resize(at + kPiece);
    ZSTD_outBuffer output{out.data() + at, kPiece, 0};
    left = ZSTD_compressStream2(context_.get(), &output, &input, mode);
    TOCSIN_ASSERT(ZSTD_isError(left) == 0);
    out.resize(at + output.pos);
  } while (input.pos < input.size || (flush != Flush::none && left > 0));
}

}  // namespace tocsin::transports
