"""Files as people hand them over, made of the bytes that tell their types."""

import io
import zipfile

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def zipped(*names: str, content: bytes = b"x") -> bytes:
    """A ZIP with entries of these names, the same bytes at every hour."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


EACH = {
    "pdf": PDF,
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "gif": b"GIF89a\x01\x00\x01\x00",
    "bmp": b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00",
    "tiff": b"II*\x00\x08\x00\x00\x00",
    "webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    "ofd": zipped("OFD.xml", "Doc_0/Document.xml"),
    "docx": zipped("[Content_Types].xml", "word/document.xml"),
    "xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "pptx": zipped("[Content_Types].xml", "ppt/presentation.xml"),
    "doc": OLE,
    "xls": OLE,
    "ppt": OLE,
    "wps": OLE,
    "et": OLE,
    "dps": OLE,
    "rtf": rb"{\rtf1\ansi text}",
    "zip": zipped("证据/合同.pdf", "证据/照片.jpg"),
    "text": "申请补正说明\r\n第一条\t内容".encode(),
    "eml": "From: 张三 <z@example.com>\r\nSubject: 申请\r\n\r\n正文".encode(),
    "mp3": b"ID3\x03\x00\x00\x00\x00\x00\x00",
    "wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "amr": b"#!AMR\n\x3c\x08",
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00",
}
"""A content of each type."""
