"""Reports (举报) that a recognition was obtained by fraud: no objections; handed on to recognition as a concern."""
