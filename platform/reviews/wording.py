"""Why a row or a file did not go in, in words for people.

Rows and imports keep their complaints in English; a page says them in the reader's language, see
`common.complaints`.
"""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

REASONS: dict[str, str] = {
    "no_text": gettext_noop("The row has no text"),
    "too_long": gettext_noop("The row or its text is too long"),
    "encoding": gettext_noop("Bytes of another encoding"),
    "bad_date": gettext_noop("The date cannot be read or cannot be right"),
    "bad_stars": gettext_noop("The stars are no whole number from 1 to 5"),
    "bad_channel": gettext_noop("The channel is none of review, question, ticket and chat"),
    "bad_id": gettext_noop("A number or key is too long or holds control characters"),
    "bad_csv": gettext_noop("The line is no proper CSV"),
    "bad_json": gettext_noop("The line is no JSON object"),
    "erased": gettext_noop("Erased at the request of the person it is about"),
    "duplicate_id": gettext_noop("The same review stands in the file twice"),
    "columns": gettext_noop("The row has more cells than there are columns"),
    "formula": gettext_noop("A cell holds a formula or an error of Excel's"),
}
COMPLAINTS: tuple[str, ...] = (
    gettext_noop("Something else was said of this source meanwhile; that holds."),
    gettext_noop("The corrected text has no words: give the whole text as it should be."),
    # of a row
    gettext_noop("the text is empty"),
    gettext_noop("nothing but invisible characters or markup"),
    gettext_noop("bytes that are not UTF-8; save the file as UTF-8"),
    gettext_noop("bytes that are not UTF-8"),
    gettext_noop("bytes of another encoding than the rest of the file"),
    gettext_noop("%(n)s characters; at most %(most)s are taken"),
    gettext_noop("%(n)s keys; at most %(most)s are read"),
    gettext_noop("a line of more than %(size)s MB"),
    gettext_noop("the date lies in the future"),
    gettext_noop("the date lies before %(year)s"),
    gettext_noop("day and month cannot be told apart; write YYYY-MM-DD"),
    gettext_noop("not a date with a year; write YYYY-MM-DD"),
    gettext_noop("not a date; write YYYY-MM-DD"),
    gettext_noop("stars are a whole number from 1 to 5"),
    gettext_noop("the channel is review, question, ticket or chat"),
    gettext_noop("longer than %(most)s characters"),
    gettext_noop("holds control characters or bytes that are not UTF-8"),
    gettext_noop("the same review stands in line %(line)s"),
    gettext_noop("a quotation mark is not closed or not doubled; quote the text once"),
    gettext_noop("%(cells)s cells for %(columns)s columns; quote the text"),
    gettext_noop("not a JSON object on one line"),
    gettext_noop("not a JSON object"),
    gettext_noop("objects within objects without end"),
    gettext_noop("the cell holds a formula without a value; paste the values and send it again"),
    gettext_noop("the cell holds an error of Excel's; paste the values and send it again"),
    # of a whole file
    gettext_noop("the database did not answer in time, several times over; start the import again"),
    gettext_noop("%(file)s has no row that can be read"),
    gettext_noop("%(file)s cannot be opened (%(why)s)"),
    gettext_noop("%(file)s is not a text file; save it as CSV in UTF-8"),
    gettext_noop("%(file)s is empty or has no header line"),
    gettext_noop(
        "%(file)s: the header cannot be read; a quotation mark in it is not closed, "
        "or it is too long"
    ),
    gettext_noop("%(file)s has %(n)s columns; at most %(most)s are read"),
    gettext_noop("%(file)s has too many columns; at most %(most)s are read"),
    gettext_noop("%(file)s: the header is not UTF-8; save the file as UTF-8"),
    gettext_noop("%(file)s ends in the middle; it was cut off on its way. Send it again"),
    gettext_noop("%(file)s is damaged or cut off: Parquet cannot be read"),
    gettext_noop("%(file)s is damaged: gzip cannot unpack it"),
    gettext_noop("%(file)s is damaged: ZIP cannot unpack it"),
    gettext_noop("%(file)s is damaged: its XML cannot be read"),
    gettext_noop(
        "%(file)s unpacks to more than %(times)s times its size; "
        "no file of reviews does. Send it unpacked"
    ),
    gettext_noop("%(file)s unpacks to more than %(size)s GB"),
    gettext_noop("%(file)s is packed twice; unpack it once"),
    gettext_noop("%(file)s is a ZIP archive; unpack it and send the files in it"),
    gettext_noop("%(file)s is no workbook that Excel would write"),
    gettext_noop("%(file)s is no workbook: it holds %(n)s or more files"),
    gettext_noop("%(file)s is an old Excel file or one with a password; save it as .xlsx or CSV"),
    gettext_noop("%(file)s is a PDF; export the reviews as CSV"),
    gettext_noop("%(file)s is a web page; export the reviews as CSV"),
    gettext_noop("%(file)s is XML; export the reviews as CSV"),
    gettext_noop("%(file)s is packed with %(program)s; unpack it or use gzip"),
    gettext_noop("%(file)s is no Parquet file that can be read in 300 MB; save it as CSV"),
    gettext_noop("%(file)s holds no list of reviews"),
    gettext_noop(
        "%(file)s is no proper JSON: review %(n)s holds objects within objects without end"
    ),
    gettext_noop("%(file)s is no proper JSON: review %(n)s is no JSON or longer than 1 MB"),
    gettext_noop("%(file)s is no proper JSON: a comma is missing after review %(n)s"),
    gettext_noop("%(file)s is no proper JSON: what stands around the reviews cannot be read"),
    gettext_noop("%(file)s does not fit on the server's disk; ask its administrator"),
    gettext_noop("%(file)s is larger than %(size)s GB; send it in parts"),
    gettext_noop("%(file)s is longer than the %(n)s bytes it was to have"),
    gettext_noop(
        "The mapping wants column %(column)s for %(field)s, which the file does not have; "
        "the file has %(n)s columns, of which %(columns)s are known by name"
    ),
    gettext_noop(
        "The mapping wants column %(column)s for %(field)s, which the file does not have; "
        "the file has %(n)s columns, none of a name that is known"
    ),
    gettext_noop(
        "Two columns are called %(column)s; rename one, or say which is the %(field)s with the "
        "mapping %(one)s or %(other)s"
    ),
    gettext_noop("This is no export of %(name)s that is known: no column is called %(columns)s"),
    gettext_noop(
        "No column holds the review's text; the file has %(n)s columns, of which %(columns)s are "
        "known by name. Name it with the mapping text=COLUMN"
    ),
    gettext_noop(
        "No column holds the review's text: none of the file's %(n)s columns has a name that is "
        "known, so its first row looks like data, not headers. Put the names of the columns there, "
        "or name one with the mapping text=COLUMN, by its place as in text=#2"
    ),
    # of other long work
    gettext_noop("The values were taken off the list before the work began."),
    gettext_noop(
        "A correction is about one review, and %(n)s were found: name its number at the source."
    ),
)


def reason_words(reason: str) -> str:
    return gettext(REASONS[reason]) if reason in REASONS else reason.replace("_", " ")
