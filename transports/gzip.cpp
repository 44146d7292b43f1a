// zlib's inflate and deflate with the gzip wrapper (window bits 15 + 16).
#include "transports/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "events/assert.hpp"

namespace tocsin::transports {
namespace {

constexpr int kGzipWindow = 15 + 16;
constexpr std::size_t kPiece = 64U << 10;

uInt bounded(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

// zlib's input isn't const-correct unless ZLIB_CONST is defined before the first include anywhere.
Bytef* input(std::string_view bytes) { return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())); }

}  // namespace

void Gunzip::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

Gunzip::Gunzip() : stream_(new z_stream_s{}) {
  if (inflateInit2(stream_.get(), kGzipWindow) != Z_OK) throw std::bad_alloc();
}

Expanded Gunzip::expand(std::string_view in, char* out, std::size_t room) {
  Expanded result;
  while (result.made < room) {
    if (complete_) {
      if (result.used == in.size()) break;
      // Tapes and block devices pad with zeros after the last member.
      if (in[result.used] == '\0') {
        ++result.used;
        continue;
      }
      inflateReset(stream_.get());
      complete_ = false;
    }
    stream_->next_in = input(in.substr(result.used));
    stream_->avail_in = bounded(in.size() - result.used);
    stream_->next_out = reinterpret_cast<Bytef*>(out + result.made);
    stream_->avail_out = bounded(room - result.made);
    const uInt in_before = stream_->avail_in;
    const uInt out_before = stream_->avail_out;
    const int status = inflate(stream_.get(), Z_NO_FLUSH);
    const std::size_t used = in_before - stream_->avail_in;
    const std::size_t made = out_before - stream_->avail_out;
    result.used += used;
    result.made += made;
    if (status == Z_STREAM_END) {
      complete_ = true;
    } else if (status == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      result.error = stream_->msg != nullptr ? stream_->msg : "invalid compressed data";
      return result;
    } else if (used == 0 && made == 0) {
      break;
    }
  }
  return result;
}

void Gzip::End::operator()(z_stream_s* stream) const {
  deflateEnd(stream);
  delete stream;
}

Gzip::Gzip() : stream_(new z_stream_s{}) {
  if (deflateInit2(stream_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
}

void Gzip::compress(std::string_view in, Flush flush, std::string& out) {
  const int mode = flush == Flush::none ? Z_NO_FLUSH : flush == Flush::flush ? Z_SYNC_FLUSH : Z_FINISH;
  TOCSIN_ASSERT(in.size() <= std::numeric_limits<uInt>::max());
  stream_->next_in = input(in);
  stream_->avail_in = bounded(in.size());
  do {
    const std::size_t at = out.size();
    out.resize(at + kPiece);
    stream_->next_out = reinterpret_cast<Bytef*>(out.data() + at);
    stream_->avail_out = static_cast<uInt>(kPiece);
    const int status = deflate(stream_.get(), mode);
    TOCSIN_ASSERT(status != Z_STREAM_ERROR);
    out.resize(at + kPiece - stream_->avail_out);
  } while (stream_->avail_out == 0);
}

}  // namespace tocsin::transports
