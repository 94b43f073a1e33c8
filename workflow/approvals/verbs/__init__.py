"""What can be done with an approval sheet: every verb is declared once in one of the files of this folder.

Law: 条例 arts. 17, 33 para 2.
"""
