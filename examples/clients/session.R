# A study that stays open: a small client of `hence session`.
#
#   Rscript session.R FOLDER
#
# keeps the study of a folder open, puts a message in, and prints what it gained and all that its codes hold of.
# docs/session.md describes the messages. The packages jsonlite and processx are needed, and `hence` on the PATH.

library(jsonlite)
library(processx)

open_session <- function(folder) {
  process <- process$new("hence", c("session", folder), stdin = "|", stdout = "|", encoding = "UTF-8")
  session <- list(process = process)
  session$opened <- read_reply(session)
  session
}

read_reply <- function(session) {
  line <- character()
  while (length(line) == 0) {
    session$process$poll_io(-1)
    line <- session$process$read_output_lines(1)
    if (length(line) == 0 && !session$process$is_alive()) stop("the session is over")
  }
  reply <- fromJSON(line, simplifyVector = FALSE)
  if (!reply$ok) {
    said <- vapply(reply$errors, function(e) paste0(e$code, ": ", e$message), "")
    stop(paste(said, collapse = "\n"), call. = FALSE)
  }
  reply
}

# Sends one message and waits for its reply.
send <- function(session, what, ...) {
  message <- toJSON(c(list(do = what), list(...)), auto_unbox = TRUE, null = "null")
  left <- charToRaw(paste0(message, "\n"))
  while (length(left) > 0) left <- session$process$write_input(left)
  read_reply(session)
}

# The answers of a question as a data frame of texts.
query <- function(session, body) {
  reply <- send(session, "query", body = body)
  cell <- function(value) if (is.null(value)) NA_character_ else as.character(value)
  columns <- lapply(seq_along(reply$columns), function(i) vapply(reply$rows, function(row) cell(row[[i]]), ""))
  as.data.frame(setNames(columns, unlist(reply$columns)))
}

folder <- commandArgs(trailingOnly = TRUE)
session <- open_session(if (length(folder) > 0) folder[1] else ".")
# A row by columns needs no quotation marks of its own, whatever stands in the text.
message <- list(relation = "message", row = list(id = "m2", text = "She said \"what a price\""))
reply <- send(session, "insert", facts = list(message))
for (one in reply$gained) cat(paste("gained", one$kind, one$name, "of", one$subject), "\n", sep = "")
codes <- query(session, "code(M, C)")
for (i in seq_len(nrow(codes))) cat(codes$M[i], " ", codes$C[i], "\n", sep = "")
session$process$kill()
