"""Which kind of picture a file is, by its first bytes."""

# By the name that Pillow has for it. Nothing that runs an interpreter, none of the rarely tested
# decoders.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF")
IN_WORDS = "PNG, JPEG, WebP, GIF, BMP, TIFF, HEIC and AVIF"
# What such files are called; the content alone decides.
ENDINGS = (
    *("png", "apng", "jpg", "jpeg", "jpe", "jfif", "pjpeg", "pjp", "mpo", "webp", "gif", "bmp"),
    *("dib", "tif", "tiff", "heic", "heif", "heics", "heifs", "hif", "avif", "avifs"),
)

_STARTS = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"BM": "BMP",
    b"II\x2a\x00": "TIFF",
    b"MM\x00\x2a": "TIFF",
    b"II\x2b\x00": "TIFF",  # BigTIFF
    b"MM\x00\x2b": "TIFF",
}
_AVIF = {b"avif", b"avis"}
_HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}


def kind_of(data: bytes) -> str | None:
    """One of FORMATS, or None."""
    for start, kind in _STARTS.items():
        if data.startswith(start):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        length = min(int.from_bytes(data[:4], "big"), 256)
        brands = {data[8:12], *(data[at : at + 4] for at in range(16, length, 4))}
        # Both kinds may call themselves "mif1", a picture of any coding.
        if brands & _AVIF and data[8:12] not in _HEIF - {b"mif1", b"msf1"}:
            return "AVIF"
        if brands & _HEIF:
            return "HEIF"
    return None
