### sheets

sheet-error-cell-too-long-to-write = The text in row { $row }, column { $column } is longer than an Excel cell can be ({ $limit } characters). Choose CSV instead.
sheet-error-damaged = The file is damaged or incomplete. Open it in your spreadsheet program, save it anew and try again.
sheet-error-empty = The file is empty: it has no visible sheet with data. Choose another file.
sheet-error-encoding = The letters in this file cannot be made out. Save it as “CSV UTF-8” and try again.
sheet-error-encrypted = The workbook is protected by a password. Save it without the password and try again.
sheet-error-endless-row = Row { $row } does not end. Most likely a quotation mark is opened there and never closed. Mend it and try again.
sheet-error-file-too-large = The file is larger than { $limit } MB. Split it into several files.
sheet-error-mismatch = The file is named .{ $extension }, but its content is .{ $found }. Save it from your spreadsheet program as .xlsx or .csv.
sheet-error-not-a-sheet = This file is not a sheet. Choose an Excel file (.xlsx) or a text file with columns (.csv).
sheet-error-read = The file could not be read. Try again.
sheet-error-too-many-columns = Row { $row } has more than { $limit } columns. Remove the columns you do not need.
sheet-error-too-many-rows = The sheet has more than { $limit } rows. Split it into several files.
sheet-error-too-many-rows-to-write = An Excel sheet holds at most { $limit } rows. Choose fewer records, or CSV.
sheet-error-unpacks-too-large = The file unpacks to far more than a sheet should. Save the data into a new workbook, or as CSV, and try again.
sheet-error-unsupported = Files of this kind (.{ $extension }) cannot be read. Save the sheet as one of { $supported } and try again.
sheet-error-write = The sheet could not be written. Check that there is room on the disk and try again.
sheet-problem-formula-without-result = The formula in this cell was saved without its result. Open the file in Excel, save it and try again.
sheet-problem-too-long = The text in this cell has { $chars } characters; at most { $limit } can be taken.
